package dev.orchestrix.execute;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PromisingSlotsTest {
  private static final int SIZE = 10;
  private final Slots slots = new Slots(SIZE);

  @Test
  void nobody_is_promised_anything_before_he_was_heard() {
    assertThat(slots.promise()).isEmpty();
    assertThat(slots.limit(1)).isZero();
    assertThat(slots.idle()).isTrue();
  }

  @Test
  void the_only_dispatcher_gets_all_slots_once() {
    slots.heard(1, 0);

    assertThat(slots.promise()).isEqualTo(Map.of(1, 10L));
    assertThat(slots.promise()).isEmpty();
    assertThat(slots.limit(1)).isEqualTo(10);
  }

  @Test
  void a_node_that_has_just_begun_takes_little_and_more_with_each_claim_that_came_back() {
    var many = new Slots(100);
    many.heard(1, 0);
    assertThat(many.promise()).isEqualTo(Map.of(1, 16L));

    many.taken(1, 16, 16, 0);
    assertThat(many.promise()).isEmpty();
    many.claimed(16);
    assertThat(many.promise()).isEqualTo(Map.of(1, 48L));

    many.taken(1, 48, 32, 0);
    many.claimed(32);
    assertThat(many.promise()).isEqualTo(Map.of(1, 100L));
  }

  @Test
  void several_dispatchers_share_them() {
    List.of(1, 2, 3).forEach(dispatcher -> slots.heard(dispatcher, 0));

    assertThat(slots.promise().values()).containsExactlyInAnyOrder(4L, 4L, 2L);
  }

  @Test
  void a_slot_is_promised_again_when_its_job_has_ended() {
    slots.heard(1, 0);
    assertThat(slots.promise()).isEqualTo(Map.of(1, 10L));

    slots.taken(1, 3, 3, 0);
    assertThat(slots.promise()).isEmpty();
    assertThat(slots.idle()).isFalse();

    slots.freed(2);
    assertThat(slots.promise()).isEqualTo(Map.of(1, 12L));
  }

  @Test
  void what_a_silent_dispatcher_was_promised_goes_to_others() {
    slots.heard(1, 0);
    assertThat(slots.promise()).isEqualTo(Map.of(1, 10L));
    slots.heard(2, 900);

    slots.expire(1_000, 500);

    assertThat(slots.promise()).isEqualTo(Map.of(2, 10L));
  }

  @Test
  void a_dispatcher_that_was_silent_goes_on_from_where_it_was() {
    slots.heard(1, 0);
    assertThat(slots.promise()).isEqualTo(Map.of(1, 10L));
    slots.taken(1, 1_000, 5, 100);
    slots.freed(5);

    slots.expire(1_000, 500);
    assertThat(slots.promise()).isEmpty();
    slots.heard(1, 1_100);

    assertThat(slots.limit(1)).isEqualTo(1_000);
    assertThat(slots.promise()).isEqualTo(Map.of(1, 1_010L));
  }

  @Test
  void a_dispatcher_that_is_not_known_yet_is_believed_its_count() {
    slots.taken(1, 700, 4, 0);

    assertThat(slots.promise()).isEqualTo(Map.of(1, 706L));
  }

  @Test
  void jobs_that_were_lost_on_their_way_cost_no_slot_once_others_arrive() {
    slots.heard(1, 0);
    assertThat(slots.promise()).isEqualTo(Map.of(1, 10L));

    slots.taken(1, 9, 2, 0);

    assertThat(slots.promise()).isEqualTo(Map.of(1, 17L));
  }

  @Test
  void a_dispatcher_that_sent_more_than_its_limit_waits_until_that_is_done() {
    slots.heard(1, 0);
    assertThat(slots.promise()).isEqualTo(Map.of(1, 10L));

    slots.taken(1, 13, 13, 0);
    assertThat(slots.promise()).isEmpty();

    slots.freed(4);
    assertThat(slots.promise()).isEqualTo(Map.of(1, 14L));
  }

  @Test
  void outcomes_that_cannot_be_written_take_slots_once_they_are_more_than_those() {
    slots.heard(1, 0);

    slots.unreported(SIZE);
    assertThat(slots.promise()).isEqualTo(Map.of(1, 10L));
    slots.taken(1, 10, SIZE, 0);
    slots.freed(SIZE);
    slots.unreported(SIZE);

    assertThat(slots.promise()).isEmpty();
    assertThat(slots.idle()).isFalse();
    slots.unreported(-1);
    assertThat(slots.promise()).isEqualTo(Map.of(1, 11L));
  }

  /** Dispatchers that keep to what they were told, over a bus that loses things. */
  @Test
  void whatever_comes_no_slot_is_promised_twice_and_none_gets_lost() {
    for (int seed = 0; seed < 200; seed++) {
      var walk = new Walk(seed);
      for (int step = 0; step < 500; step++) {
        walk.step();
      }
      walk.endAll();
    }
  }

  private static final class Walk {

    private static final class Dispatcher {
      long sent;
      long limit;
      boolean silent = true;

      int open() {
        return silent ? 0 : (int) Math.max(0, limit - sent);
      }
    }

    private final String name;
    private final Random random;
    private final int size;
    private final Slots slots;
    private final Map<Integer, Dispatcher> dispatchers = new HashMap<>();
    private long now;
    private int used;

    Walk(int seed) {
      this.name = "seed " + seed;
      this.random = new Random(seed);
      this.size = 1 + random.nextInt(50);
      this.slots = new Slots(size);
      slots.claimed(size); // it has begun long ago
    }

    void step() {
      now += random.nextInt(100);
      int dispatcher = 1 + random.nextInt(4);
      switch (random.nextInt(6)) {
        case 0 -> announce(dispatcher);
        case 1 -> promise(random.nextInt(4) > 0);
        case 2, 3 -> send(dispatcher);
        case 4 -> free(random.nextInt(used + 1));
        default -> allFallSilent();
      }
      int open = dispatchers.values().stream().mapToInt(Dispatcher::open).sum();
      assertThat(used + open).as(name).isBetween(0, size);
      assertThat(slots.idle()).as(name).isEqualTo(used == 0);
    }

    private void announce(int dispatcher) {
      slots.heard(dispatcher, now);
      var known = dispatchers.computeIfAbsent(dispatcher, _ -> new Dispatcher());
      known.limit = slots.limit(dispatcher);
      known.silent = false;
    }

    private void promise(boolean arrives) {
      var limits = slots.promise();
      if (arrives) {
        limits.forEach((to, limit) -> requireNonNull(dispatchers.get(to)).limit = limit);
      }
    }

    private void send(int number) {
      var dispatcher = dispatchers.get(number);
      if (dispatcher == null) {
        return;
      }
      int jobs = random.nextInt(dispatcher.open() + 1);
      if (jobs == 0) {
        return;
      }
      dispatcher.sent += jobs;
      boolean lost = random.nextInt(10) == 0;
      if (!lost) {
        slots.taken(number, dispatcher.sent, jobs, now);
        used += jobs;
      } else if (random.nextBoolean()) {
        dispatcher.sent -= jobs; // it noticed, because nobody answered
      }
    }

    private void free(int jobs) {
      slots.freed(jobs);
      used -= jobs;
    }

    private void allFallSilent() {
      if (random.nextInt(10) == 0) {
        slots.expire(now, -1);
        dispatchers.values().forEach(one -> one.silent = true);
      }
    }

    /** When everything is done and everybody has been heard, all slots are there again. */
    void endAll() {
      free(used);
      dispatchers.forEach(
          (number, dispatcher) -> {
            slots.heard(number, now);
            slots.taken(number, dispatcher.sent, 0, now);
          });
      announce(5);
      promise(true);
      dispatchers.keySet().forEach(this::announce);
      int open = dispatchers.values().stream().mapToInt(Dispatcher::open).sum();
      assertThat(open).as(name).isEqualTo(size);
    }
  }
}
