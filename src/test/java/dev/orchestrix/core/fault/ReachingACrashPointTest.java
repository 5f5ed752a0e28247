package dev.orchestrix.core.fault;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ReachingACrashPointTest {

  @ParameterizedTest
  @EnumSource
  void a_process_that_was_not_told_to_die_goes_on(CrashPoint point) {
    point.reach();

    assertThat(CrashPoint.Armed.of(null)).isNull();
  }

  @Test
  void a_process_dies_at_its_own_point_alone() {
    var armed = requireNonNull(CrashPoint.Armed.of("CLAIMED"));

    assertThat(armed.isTime(CrashPoint.SUBMITTED)).isFalse();
    assertThat(armed.isTime(CrashPoint.CLAIMED)).isTrue();
  }

  @Test
  void it_dies_at_the_visit_that_was_named() {
    var armed = requireNonNull(CrashPoint.Armed.of("CLAIMED:3"));

    assertThat(armed.isTime(CrashPoint.CLAIMED)).isFalse();
    assertThat(armed.isTime(CrashPoint.CLAIMED)).isFalse();
    assertThat(armed.isTime(CrashPoint.CLAIMED)).isTrue();
  }

  @Test
  void a_point_that_does_not_exist_is_refused() {
    assertThatThrownBy(() -> CrashPoint.Armed.of("SOMEWHERE"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
