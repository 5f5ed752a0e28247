package dev.orchestrix.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SharingAFolderIT {
  @TempDir static Path data;

  @Test
  void a_second_start_in_this_process_is_refused_and_the_first_runs_on() {
    try (var servers = EmbeddedServers.start(data)) {
      assertThatExceptionOfType(EmbeddedException.class)
          .isThrownBy(() -> EmbeddedServers.start(data.resolve("..").resolve(data.getFileName())))
          .withMessageContaining(data.toString())
          .withMessageContaining(ProcessHandle.current().pid() + " (this one)");

      assertThat(Sql.ask(servers.postgresUrl(), "select 1")).isEqualTo("1");
    }
  }

  @Test
  void a_second_start_is_refused_while_another_process_has_the_folder() {
    try (var holder = Holder.of(data)) {
      assertThatExceptionOfType(EmbeddedException.class)
          .isThrownBy(() -> EmbeddedServers.start(data))
          .withMessageContaining(data.toString())
          .withMessageContaining("process " + holder.pid());
      assertThat(Sql.ask(holder.postgresUrl(), "select 1")).isEqualTo("1");
    }
  }

  @Test
  void the_folder_is_free_when_the_other_process_has_ended() {
    try (var holder = Holder.of(data)) {
      assertThat(Sql.ask(holder.postgresUrl(), "select 1")).isEqualTo("1");
    }

    try (var servers = EmbeddedServers.start(data)) {
      assertThat(Sql.ask(servers.postgresUrl(), "select 1")).isEqualTo("1");
    }
  }
}
