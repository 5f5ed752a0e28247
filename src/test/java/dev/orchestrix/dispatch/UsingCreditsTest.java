package dev.orchestrix.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class UsingCreditsTest {
  private static final int HERE = 1;
  private static final int THERE = 2;
  private final Credits credits = new Credits(HERE);

  @Test
  void the_executor_of_this_node_is_used_before_others() {
    credits.grant(THERE, 10);
    credits.grant(HERE, 4);

    assertThat(credits.use(3)).isEqualTo(Map.of(HERE, 3));
    assertThat(credits.use(3)).isEqualTo(Map.of(HERE, 1, THERE, 2));
    assertThat(credits.total()).isEqualTo(8);
  }

  @Test
  void without_executors_nobody_gets_anything() {
    assertThat(credits.use(0)).isEmpty();
    assertThat(credits.total()).isZero();
    assertThat(credits.sent(HERE)).isZero();
  }

  @Test
  void a_grant_is_a_limit_on_all_that_is_ever_sent() {
    credits.grant(HERE, 4);
    assertThat(credits.use(3)).isEqualTo(Map.of(HERE, 3));
    assertThat(credits.sent(HERE)).isEqualTo(3);

    credits.grant(HERE, 10);

    assertThat(credits.total()).isEqualTo(7);
  }

  @Test
  void a_grant_that_comes_twice_gives_nothing_twice() {
    credits.grant(HERE, 4);
    credits.grant(HERE, 4);

    assertThat(credits.total()).isEqualTo(4);
  }

  @Test
  void an_executor_that_is_gone_takes_its_slots_with_it() {
    credits.grant(HERE, 3);
    credits.grant(THERE, 10);

    credits.forget(THERE);
    credits.forget(99);

    assertThat(credits.total()).isEqualTo(3);
    assertThat(credits.use(3)).isEqualTo(Map.of(HERE, 3));
  }

  @Test
  void an_executor_that_comes_back_is_told_how_many_it_was_sent_before() {
    credits.grant(THERE, 10);
    assertThat(credits.use(4)).isEqualTo(Map.of(THERE, 4));
    credits.forget(THERE);

    credits.grant(THERE, 12);

    assertThat(credits.sent(THERE)).isEqualTo(4);
    assertThat(credits.total()).isEqualTo(8);
  }

  @Test
  void what_has_not_arrived_can_be_sent_again() {
    credits.grant(THERE, 10);
    assertThat(credits.use(10)).isEqualTo(Map.of(THERE, 10));

    credits.unsent(THERE, 4);
    credits.unsent(99, 4);

    assertThat(credits.total()).isEqualTo(4);
    assertThat(credits.sent(THERE)).isEqualTo(6);
  }

  /** Against plain arithmetic: nothing is given out twice, and nothing gets lost. */
  @Test
  void whatever_comes_every_slot_is_used_once() {
    for (int seed = 0; seed < 200; seed++) {
      var walk = new Walk(seed);
      for (int step = 0; step < 500; step++) {
        walk.step();
      }
    }
  }

  private static final class Walk {
    private final String name;
    private final Random random;
    private final Credits credits = new Credits(HERE);
    private final Map<Integer, Long> sent = new HashMap<>();
    private final Map<Integer, Long> limits = new HashMap<>();

    Walk(int seed) {
      this.name = "seed " + seed;
      this.random = new Random(seed);
    }

    void step() {
      int executor = 1 + random.nextInt(4);
      switch (random.nextInt(8)) {
        case 0 -> forget(executor);
        case 1, 2, 3 -> grant(executor);
        default -> use(random.nextInt(12));
      }
      assertThat(credits.total()).as(name).isEqualTo((int) total());
      sent.forEach((one, jobs) -> assertThat(credits.sent(one)).as(name).isEqualTo(jobs));
    }

    private void forget(int executor) {
      credits.forget(executor);
      limits.computeIfPresent(executor, (one, _) -> sent.get(one));
    }

    private void grant(int executor) {
      long limit = sent.getOrDefault(executor, 0L) + random.nextInt(10);
      credits.grant(executor, limit);
      limits.put(executor, limit);
      sent.putIfAbsent(executor, 0L);
    }

    private void use(int wanted) {
      long before = total();
      int most = (int) Math.min(wanted, before);
      var used = credits.use(most);

      assertThat(used.values()).as(name).allMatch(share -> share > 0);
      int sum = used.values().stream().mapToInt(Integer::intValue).sum();
      assertThat(sum).as(name).isEqualTo(most);
      used.forEach((executor, share) -> sent.merge(executor, (long) share, Long::sum));
      assertThat(total()).as(name).isEqualTo(before - most);
    }

    private long total() {
      return limits.entrySet().stream()
          .mapToLong(one -> Math.max(0, one.getValue() - sent.getOrDefault(one.getKey(), 0L)))
          .sum();
    }
  }
}
