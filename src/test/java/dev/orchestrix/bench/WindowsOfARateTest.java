package dev.orchestrix.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.orchestrix.core.limit.RateLimit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class WindowsOfARateTest {
  private static final long SECOND = 1_000_000;

  @Test
  void starts_at_an_even_pace_lack_nothing_and_leave_the_burst_unused() {
    var windows = new RateWindows(evenly(0, 100, 10), new RateLimit(10, 3));

    assertThat(windows.overshoot(1)).isEqualTo(-3);
    assertThat(windows.overshoot(10)).isEqualTo(-3);
    assertThat(windows.fulfilment(1, 0, 10 * SECOND)).isEqualTo(1);
  }

  @Test
  void the_worst_window_may_begin_at_any_start() {
    var crowd =
        LongStream.concat(LongStream.of(evenly(0, 10, 10)), LongStream.of(950_000, 960_000));

    assertThat(new RateWindows(crowd.toArray(), new RateLimit(10, 1)).overshoot(1)).isEqualTo(1);
  }

  @Test
  void a_start_just_after_a_window_is_not_in_it() {
    assertThat(new RateWindows(new long[] {0, SECOND}, new RateLimit(1, 1)).overshoot(1))
        .isEqualTo(-1);
  }

  @Test
  void a_gap_is_the_worst_window_though_no_start_stands_at_its_edges() {
    var gap = LongStream.concat(LongStream.of(evenly(0, 10, 10)), LongStream.of(evenly(2, 10, 10)));

    var windows = new RateWindows(gap.toArray(), new RateLimit(10, 1));

    assertThat(windows.fulfilment(1, 0, 3 * SECOND)).isCloseTo(0.1, within(1e-9));
    assertThat(windows.fulfilment(2, 0, 3 * SECOND)).isCloseTo(0.55, within(1e-9));
  }

  @Test
  void nothing_that_started_is_nothing_fulfilled() {
    var windows = new RateWindows(new long[0], new RateLimit(10, 1));

    assertThat(windows.overshoot(1)).isZero();
    assertThat(windows.fulfilment(1, 0, 3 * SECOND)).isCloseTo(0.1, within(1e-9));
    assertThat(windows.fulfilment(10, 0, 3 * SECOND)).isEqualTo(1);
  }

  private static long[] evenly(int fromSecond, int count, int perSecond) {
    return LongStream.range(0, count)
        .map(i -> fromSecond * SECOND + i * SECOND / perSecond)
        .toArray();
  }
}
