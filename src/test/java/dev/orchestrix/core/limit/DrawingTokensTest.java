package dev.orchestrix.core.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DrawingTokensTest {
  private static final long MILLI = Duration.ofMillis(1).toNanos();
  private static final long SECOND = 1000 * MILLI;
  private static final TokenPurse.Answer SPENT = new TokenPurse.Spent();
  private static final TokenPurse.Answer EMPTY = new TokenPurse.Empty();

  @Test
  void whoever_has_drawn_nothing_has_to_ask() {
    var purse = new TokenPurse(new RateLimit(100, 50), 0);

    assertThat(purse.spend(0)).isEqualTo(EMPTY);
    assertThat(purse.wanted(1, 0)).isEqualTo(1);
  }

  @Test
  void what_was_drawn_is_spent_once() {
    var purse = new TokenPurse(new RateLimit(100, 50), 0);

    purse.drawn(2, 2, 48, Duration.ZERO, 0);

    assertThat(purse.spend(0)).isEqualTo(SPENT);
    assertThat(purse.spend(0)).isEqualTo(SPENT);
    assertThat(purse.spend(0)).isEqualTo(EMPTY);
  }

  @Test
  void nobody_is_asked_again_before_the_bucket_can_have_one() {
    var purse = new TokenPurse(new RateLimit(100, 50), 0);

    purse.drawn(3, 1, 0, Duration.ofMillis(10), 0);

    assertThat(purse.spend(0)).isEqualTo(SPENT);
    assertThat(purse.spend(4 * MILLI)).isEqualTo(new TokenPurse.Refused(Duration.ofMillis(6)));
    assertThat(purse.spend(10 * MILLI)).isEqualTo(EMPTY);
  }

  @Test
  void what_is_not_spent_in_a_tenth_of_a_second_is_lost() {
    var purse = new TokenPurse(new RateLimit(100, 50), 0);

    purse.drawn(10, 10, 40, Duration.ZERO, 0);

    assertThat(purse.spend(99 * MILLI)).isEqualTo(SPENT);
    assertThat(purse.spend(100 * MILLI)).isEqualTo(EMPTY);
  }

  @Test
  void who_spends_fast_draws_more_up_to_a_tenth_of_a_second_and_begins_anew_after_a_pause() {
    var purse = new TokenPurse(new RateLimit(100, 50), 0);
    var drawn = new ArrayList<Integer>();

    for (int i = 0; i < 6; i++) {
      drawn.add(purse.wanted(1, i * MILLI));
      purse.drawn(drawn.getLast(), drawn.getLast(), 20, Duration.ZERO, i * MILLI);
    }
    drawn.add(purse.wanted(1, SECOND));

    assertThat(drawn).containsExactly(1, 2, 4, 8, 10, 10, 1);
  }

  @Test
  void all_who_wait_are_drawn_for_if_the_bucket_can_hold_so_many() {
    var purse = new TokenPurse(new RateLimit(100, 50), 0);

    assertThat(purse.wanted(30, 0)).isEqualTo(30);
    assertThat(purse.wanted(300, 0)).isEqualTo(50);
  }

  @Test
  void it_tells_how_much_there_is_and_when_all_is_there_again() {
    var purse = new TokenPurse(new RateLimit(10, 50), 0);

    purse.drawn(4, 4, 26, Duration.ZERO, 0);

    assertThat(purse.remaining(0)).isEqualTo(30);
    assertThat(purse.untilFull(0)).isEqualTo(Duration.ofSeconds(2));
    assertThat(purse.remaining(SECOND)).isEqualTo(40);
    assertThat(purse.remaining(60 * SECOND)).isEqualTo(50);
    assertThat(purse.untilFull(60 * SECOND)).isEqualTo(Duration.ZERO);
  }

  /** Three who spend from one bucket, now fast, now not at all. */
  @Test
  void
      however_they_spend_together_it_is_never_more_than_the_bucket_gives_and_a_tenth_of_a_second() {
    var limit = new RateLimit(200, 30);
    var random = new Random(11);
    var purses = List.of(purse(limit), purse(limit), purse(limit));
    var bucket = new TokenBucket(200 * TokenBucket.TOKEN, 30 * TokenBucket.TOKEN, 0);
    var level = new TokenBucket.Level(bucket.capacity(), 0);
    var second = new ArrayDeque<Long>();
    long spent = 0;

    for (long now = 0; now < 60 * SECOND; now += random.nextLong(3 * MILLI)) {
      var purse = purses.get(random.nextInt(random.nextInt(1, 4)));
      var answer = purse.spend(now);
      if (answer.equals(EMPTY)) {
        level = bucket.filled(level, now / MILLI);
        int wanted = purse.wanted(1, now);
        int taken = (int) Math.min(wanted, level.tokens() / TokenBucket.TOKEN);
        level = new TokenBucket.Level(level.tokens() - taken * TokenBucket.TOKEN, now / MILLI);
        var next = Duration.ofMillis(bucket.wait(level, 1).orElseThrow());
        purse.drawn(wanted, taken, level.tokens() / TokenBucket.TOKEN, next, now);
        answer = purse.spend(now);
      }
      if (answer.equals(SPENT)) {
        spent++;
        second.add(now);
        while (second.getFirst() < now - SECOND) {
          var _ = second.removeFirst();
        }
        assertThat(second.size()).isLessThanOrEqualTo(30 + 200 + 20);
      }
    }
    assertThat((double) spent).isCloseTo(60 * 200, within(60 * 200 * 0.1));
  }

  private static TokenPurse purse(RateLimit limit) {
    return new TokenPurse(limit, 0);
  }
}
