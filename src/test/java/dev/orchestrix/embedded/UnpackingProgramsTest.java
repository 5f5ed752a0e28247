package dev.orchestrix.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class UnpackingProgramsTest {
  private static final String PROGRAM = Platform.here().redis().getFirst();

  @TempDir Path folder;
  Cache cache;

  @BeforeEach
  void open() throws IOException {
    cache = Cache.in(folder);
  }

  @Test
  void starts_that_come_at_once_share_one_folder() {
    var starts =
        IntStream.range(0, 8)
            .mapToObj(_ -> CompletableFuture.supplyAsync(() -> cache.programs(PROGRAM)))
            .toList();

    assertThat(starts.stream().map(CompletableFuture::join).distinct())
        .singleElement()
        .satisfies(one -> assertThat(one.resolve(PROGRAM)).isExecutable());
  }

  @Test
  void what_is_unpacked_is_not_unpacked_again() throws IOException {
    var program = cache.programs(PROGRAM).resolve(PROGRAM);
    var longAgo = FileTime.fromMillis(0);
    Files.setLastModifiedTime(program, longAgo);

    assertThat(cache.programs(PROGRAM).resolve(PROGRAM)).isEqualTo(program);
    assertThat(Files.getLastModifiedTime(program)).isEqualTo(longAgo);
  }

  @Test
  void what_lost_a_part_is_unpacked_again() throws IOException {
    var program = cache.programs(PROGRAM).resolve(PROGRAM);
    long size = Files.size(program);
    Files.write(program, new byte[10]);

    assertThat(cache.programs(PROGRAM).resolve(PROGRAM)).hasSize(size).isExecutable();
  }

  @Test
  void what_a_killed_process_began_is_begun_anew() throws IOException {
    var unfinished = Path.of(cache.programs(PROGRAM) + ".unfinished");
    Files.writeString(Files.createDirectory(unfinished).resolve("part"), "x");
    Folders.delete(cache.programs(PROGRAM));

    assertThat(cache.programs(PROGRAM).resolve(PROGRAM)).isExecutable();
    assertThat(unfinished).doesNotExist();
  }

  @Test
  void a_platform_left_out_of_the_build_is_named() {
    assertThatExceptionOfType(EmbeddedException.class)
        .isThrownBy(() -> cache.programs("postgres-beos.txz"))
        .withMessageContaining("postgres-beos.txz");
  }
}
