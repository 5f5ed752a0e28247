package dev.orchestrix.core.limit;

import static dev.orchestrix.core.limit.TokenBucket.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.orchestrix.core.limit.TokenBucket.Level;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What holds for every rate, burst, level and schedule; a failure names its seed. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LimitingARateTest {
  private static final long NOW = 1_800_000_000_000L;

  /** A schedule of requests, and what came of them. */
  private record Run(double rate, int burst, List<Long> starts, List<Level> levels) {}

  @Test
  void in_no_window_do_more_start_than_burst_and_rate_allow() {
    for (int seed = 0; seed < 300; seed++) {
      var run = run(seed, new Random(seed), LimitingARateTest::randomPause);
      for (int first = 0; first < run.starts.size(); first++) {
        for (int last = first; last < run.starts.size(); last++) {
          assertWithin(run, first, last, seed);
        }
      }
    }
  }

  /** A start belongs to the whole of its millisecond. */
  private static void assertWithin(Run run, int first, int last, int seed) {
    long millis = run.starts.get(last) - run.starts.get(first) + 1;
    double most = run.burst + run.rate * millis / 1000;
    if (last - first + 1 > most) {
      assertThat(last - first + 1.0).as("seed %d", seed).isLessThanOrEqualTo(most);
    }
  }

  @Test
  void who_asks_later_never_starts_earlier() {
    for (int seed = 0; seed < 300; seed++) {
      var run = run(seed, new Random(seed), LimitingARateTest::randomPause);

      assertThat(run.starts).as("seed %d", seed).isSorted();
    }
  }

  @Test
  void whoever_always_wants_more_gets_the_whole_rate() {
    for (int seed = 0; seed < 100; seed++) {
      var run = run(seed, new Random(seed), _ -> 1);
      double seconds = (run.starts.getLast() - run.starts.getFirst()) / 1000.0;
      double due = run.starts.size() - 1;

      assertThat(run.starts.size() - 1.0)
          .as("seed %d", seed)
          .isGreaterThanOrEqualTo(Math.min(due, run.rate * seconds - run.rate / 1000 - 1));
    }
  }

  @Test
  void a_level_stays_between_the_deepest_debt_and_the_burst_whatever_the_clock_does() {
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      var run = run(seed, random, _ -> random.nextInt(20_000) - 10_000);
      var bucket = TokenBucket.of(run.rate, run.burst);

      for (var level : run.levels) {
        assertThat(level.tokens())
            .as("seed %d", seed)
            .isBetween(-bucket.deepest(), bucket.capacity());
      }
    }
  }

  @Test
  void it_counts_as_numbers_without_bounds_would() {
    var random = new Random(9);
    for (int round = 0; round < 50_000; round++) {
      var bucket = TokenBucket.of(randomRate(random), randomBurst(random));
      var before = randomLevel(random, bucket);
      long now = before.atMillis() + random.nextLong(1L << random.nextInt(48));

      assertThat(bucket.take(before, now).level().tokens())
          .isEqualTo(exactly(bucket, before, now).longValueExact());
    }
  }

  private static BigInteger exactly(TokenBucket bucket, Level before, long now) {
    var came =
        BigInteger.valueOf(now - before.atMillis())
            .multiply(BigInteger.valueOf(bucket.ratePerSecond()))
            .divide(BigInteger.valueOf(1000));
    var tokens =
        BigInteger.valueOf(before.tokens()).add(came).min(BigInteger.valueOf(bucket.capacity()));
    var left = tokens.subtract(BigInteger.valueOf(TOKEN));
    boolean tooDeep = left.negate().compareTo(BigInteger.valueOf(bucket.deepest())) > 0;
    return tooDeep ? tokens : left;
  }

  @Test
  void a_wait_ends_when_the_token_has_come() {
    var random = new Random(10);
    for (int round = 0; round < 50_000; round++) {
      var bucket = TokenBucket.of(randomRate(random), randomBurst(random));
      var verdict = bucket.take(randomLevel(random, bucket), NOW);
      if (verdict.waitMillis() > 0) {
        double owed = -verdict.level().tokens();
        double exact = owed * 1000 / bucket.ratePerSecond();

        assertThat((double) verdict.waitMillis()).isCloseTo(exact, within(1.001));
        assertThat(verdict.waitMillis() * bucket.ratePerSecond())
            .isGreaterThanOrEqualTo(-verdict.level().tokens() * 1000);
      }
    }
  }

  private static Run run(int seed, Random random, LongUnaryOperator pauses) {
    double rate = seed % 3 == 0 ? 1 + random.nextInt(20) : 1 + random.nextInt(3_000);
    int burst = 1 + random.nextInt(seed % 2 == 0 ? 3 : 200);
    var bucket = TokenBucket.of(rate, burst);
    var level = seed % 4 == 0 ? bucket.empty(NOW) : randomLevel(random, bucket);
    var run = new Run(rate, burst, new ArrayList<>(), new ArrayList<>());
    long now = level.atMillis();
    for (int request = 0; request < 400; request++) {
      now += pauses.applyAsLong(random.nextLong());
      var verdict = bucket.take(level, now);
      level = verdict.level();
      run.levels.add(level);
      if (!verdict.refused()) {
        run.starts.add(now + verdict.waitMillis());
      }
    }
    return run;
  }

  /** Mostly none, sometimes long enough to fill a bucket. */
  private static long randomPause(long chance) {
    return switch ((int) Math.floorMod(chance, 20L)) {
      case 0 -> Math.floorMod(chance >> 8, 5_000L);
      case 1, 2, 3 -> Math.floorMod(chance >> 8, 100L);
      case 4, 5, 6, 7 -> 1;
      default -> 0;
    };
  }

  private static double randomRate(Random random) {
    return 0.001 * Math.pow(10, random.nextDouble() * 9);
  }

  private static int randomBurst(Random random) {
    return (int) Math.pow(10, random.nextDouble() * 6);
  }

  private static Level randomLevel(Random random, TokenBucket bucket) {
    return new Level(random.nextLong(-bucket.deepest(), bucket.capacity() + 1), NOW);
  }
}
