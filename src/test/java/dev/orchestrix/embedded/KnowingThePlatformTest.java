package dev.orchestrix.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class KnowingThePlatformTest {
  @Test
  void each_platform_has_its_programs() {
    assertThat(new Platform(true, false, false).postgres()).isEqualTo("postgres-linux-x86_64.txz");
    assertThat(new Platform(true, false, true).postgres())
        .isEqualTo("postgres-linux-x86_64-alpine_linux.txz");
    assertThat(Platform.of("Mac OS X", "aarch64").postgres())
        .isEqualTo("postgres-darwin-arm_64.txz");
    assertThat(Platform.of("Mac OS X", "x86_64").redis()).hasSize(1);
  }

  @Test
  void linux_has_a_redis_to_fall_back_to_that_needs_no_libraries() {
    var programs = new Platform(true, false, false).redis();

    assertThat(programs).hasSize(2).allMatch(name -> name.startsWith("redis-server-"));
    assertThat(programs.getLast()).endsWith("386");
  }

  @Test
  void windows_is_told_what_to_do_instead() {
    assertThatExceptionOfType(EmbeddedException.class)
        .isThrownBy(() -> Platform.of("Windows 11", "amd64"))
        .withMessageContaining("WSL 2");
  }
}
