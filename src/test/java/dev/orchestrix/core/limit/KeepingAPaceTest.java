package dev.orchestrix.core.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class KeepingAPaceTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  @Test
  void nothing_goes_at_the_beginning() {
    assertThat(new Pace(100, 0).take(1000, 0)).isZero();
  }

  @Test
  void as_many_go_as_the_rate_has_let_come() {
    var pace = new Pace(100, 0);

    assertThat(pace.take(1000, SECOND / 10)).isEqualTo(10);
    assertThat(pace.take(1000, SECOND / 10)).isZero();
    assertThat(pace.take(1000, SECOND / 2)).isEqualTo(40);
  }

  @Test
  void what_was_not_taken_is_kept_for_a_second_and_no_longer() {
    var pace = new Pace(100, 0);

    assertThat(pace.take(1000, 60 * SECOND)).isEqualTo(100);
  }

  @Test
  void a_rate_below_one_a_second_still_lets_one_go() {
    var pace = new Pace(0.5, 0);

    assertThat(pace.take(1000, SECOND)).isZero();
    assertThat(pace.take(1000, 2 * SECOND)).isEqualTo(1);
    assertThat(pace.take(1000, 60 * SECOND)).isEqualTo(1);
  }

  @Test
  void a_clock_that_goes_back_gives_nothing() {
    var pace = new Pace(100, SECOND);

    assertThat(pace.take(1000, 0)).isZero();
  }

  @Test
  void however_often_it_is_asked_no_second_has_more_than_its_rate_and_what_was_kept() {
    var random = new Random(7);
    var pace = new Pace(37.5, 0);
    long now = 0;
    long taken = 0;

    for (int i = 0; i < 100_000; i++) {
      now += random.nextLong(SECOND / 20);
      int some = pace.take(random.nextInt(1, 10), now);
      taken += some;
      assertThat((double) taken).isLessThanOrEqualTo(37.5 * now / SECOND + 1e-6);
    }
    assertThat((double) taken).isGreaterThan(37.5 * now / SECOND * 0.9);
  }
}
