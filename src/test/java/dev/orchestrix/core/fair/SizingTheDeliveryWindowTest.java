package dev.orchestrix.core.fair;

import static dev.orchestrix.core.fair.DeliveryWindow.LARGEST;
import static dev.orchestrix.core.fair.DeliveryWindow.SMALLEST;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SizingTheDeliveryWindowTest {
  private static final Duration WORK = Duration.ofMillis(200);
  private static final Duration TICK = Duration.ofMillis(50);

  @Test
  void it_begins_small() {
    assertThat(new DeliveryWindow(WORK).size()).isEqualTo(SMALLEST);
  }

  @Test
  void at_a_steady_rate_it_holds_the_work_of_its_time() {
    var window = new DeliveryWindow(WORK);

    observe(window, 20_000, Duration.ofSeconds(10), false);

    assertThat(window.size()).isCloseTo(4_000, Percentage.withPercentage(1));
  }

  @Test
  void twice_the_time_is_twice_the_window() {
    var window = new DeliveryWindow(WORK.multipliedBy(2));

    observe(window, 20_000, Duration.ofSeconds(10), false);

    assertThat(window.size()).isCloseTo(8_000, Percentage.withPercentage(1));
  }

  @Test
  void it_doubles_while_executors_run_dry() {
    var window = new DeliveryWindow(WORK);

    for (int size = SMALLEST * 2; size < LARGEST; size *= 2) {
      window.observe(size / 2, TICK, true);

      assertThat(window.size()).isEqualTo(size);
    }
  }

  @Test
  void it_holds_no_more_than_twice_its_time_however_empty_it_is_found() {
    var window = new DeliveryWindow(WORK);

    observe(window, 20_000, Duration.ofSeconds(10), true);

    assertThat(window.size()).isBetween(4_000, 8_000);
  }

  @Test
  void it_comes_down_again_when_executors_slow_down() {
    var window = new DeliveryWindow(WORK);
    observe(window, 100_000, Duration.ofSeconds(10), true);

    observe(window, 5_000, Duration.ofSeconds(20), false);

    assertThat(window.size()).isCloseTo(1_000, Percentage.withPercentage(2));
  }

  @Test
  void without_work_it_becomes_as_small_as_it_began() {
    var window = new DeliveryWindow(WORK);
    observe(window, 100_000, Duration.ofSeconds(10), true);

    observe(window, 0, Duration.ofSeconds(60), false);

    assertThat(window.size()).isEqualTo(SMALLEST);
  }

  @Test
  void one_short_look_says_little() {
    var window = new DeliveryWindow(WORK);
    observe(window, 20_000, Duration.ofSeconds(10), false);

    window.observe(2_000, Duration.ofMillis(1), false);

    assertThat(window.size()).isCloseTo(4_000, Percentage.withPercentage(25));
  }

  @Test
  void whatever_it_sees_it_stays_within_its_bounds() {
    var random = new Random(8);
    for (int round = 0; round < 200; round++) {
      var window = new DeliveryWindow(Duration.ofMillis(1 + random.nextInt(10_000)));
      for (int look = 0; look < 200; look++) {
        long done = random.nextLong(1L << random.nextInt(62));
        var elapsed = Duration.ofNanos(1 + random.nextLong(1L << random.nextInt(50)));
        window.observe(done, elapsed, random.nextBoolean());

        assertThat(window.size()).isBetween(SMALLEST, LARGEST);
      }
    }
  }

  private static void observe(DeliveryWindow window, int rate, Duration total, boolean dry) {
    long done = rate * TICK.toMillis() / 1000;
    for (long at = 0; at < total.toMillis(); at += TICK.toMillis()) {
      window.observe(done, TICK, dry);
    }
  }
}
