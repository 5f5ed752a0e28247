package dev.orchestrix.embedded;

import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class KeepingSecretsTest {
  @TempDir Path folder;

  @Test
  void they_are_made_once_and_differ() throws IOException {
    var made = Secrets.in(folder.resolve("secrets"));
    var read = Secrets.in(folder.resolve("secrets"));

    assertThat(made.fresh()).isTrue();
    assertThat(read).isEqualTo(new Secrets(made.postgres(), made.redis(), false));
    assertThat(made.postgres()).matches("[0-9a-f]{32}").isNotEqualTo(made.redis());
  }

  @Test
  void only_their_owner_may_read_them() throws IOException {
    var made = Secrets.in(folder.resolve("secrets"));

    assertThat(Files.getPosixFilePermissions(folder.resolve("secrets")))
        .containsExactlyInAnyOrder(OWNER_READ, OWNER_WRITE);
    assertThat(made).asString().doesNotContain(made.postgres(), made.redis());
  }

  @Test
  void a_file_that_lost_one_of_them_is_written_anew() throws IOException {
    var file = Files.writeString(folder.resolve("secrets"), "postgres=only\n");

    assertThat(Secrets.in(file).fresh()).isTrue();
  }
}
