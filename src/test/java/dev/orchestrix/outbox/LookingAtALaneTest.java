package dev.orchestrix.outbox;

import static dev.orchestrix.core.job.JobState.CANCELLED;
import static dev.orchestrix.core.job.JobState.FAILED;
import static dev.orchestrix.core.job.JobState.PENDING;
import static dev.orchestrix.core.job.JobState.RETRYING;
import static dev.orchestrix.core.job.JobState.RUNNING;
import static dev.orchestrix.core.job.JobState.SCHEDULED;
import static dev.orchestrix.core.job.JobState.SUCCEEDED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.LaneName;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.outbox.LaneView.Place;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LookingAtALaneTest {

  @Test
  void those_that_have_ended_or_are_gone_are_over_whether_or_not_they_were_called() {
    var lane =
        lane(
            9,
            called(1, SUCCEEDED),
            called(2, FAILED),
            uncalled(3, CANCELLED),
            uncalled(4, null),
            called(5, RUNNING),
            uncalled(6, PENDING));

    assertThat(numbers(lane.over())).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void the_first_that_are_ready_take_the_slots_that_are_free() {
    var lane =
        lane(
            3,
            called(1, RUNNING),
            uncalled(2, SCHEDULED),
            uncalled(3, PENDING),
            uncalled(4, RETRYING),
            uncalled(5, PENDING),
            uncalled(6, PENDING));

    assertThat(numbers(lane.next(Set.of(), 9))).containsExactly(3L, 5L);
    assertThat(numbers(lane.next(Set.of(), 1))).containsExactly(3L);
  }

  @Test
  void a_slot_that_could_not_be_freed_is_not_given_away() {
    var ended = called(1, SUCCEEDED);
    var lane = lane(1, ended, uncalled(2, PENDING));

    assertThat(lane.next(Set.of(), 9)).isEmpty();
    assertThat(numbers(lane.next(Set.of(ended.job()), 9))).containsExactly(2L);
  }

  @Test
  void the_only_slot_is_kept_by_a_job_that_waits_for_its_next_attempt() {
    assertThat(lane(1, called(1, RETRYING)).back()).isEmpty();
    assertThat(lane(0, called(1, RETRYING)).back()).isEmpty();
    assertThat(numbers(lane(2, called(1, RETRYING)).back())).containsExactly(1L);
  }

  @Test
  void when_there_are_fewer_slots_than_before_the_last_that_have_not_begun_give_theirs_back() {
    var lane =
        lane(2, called(1, PENDING), called(2, RUNNING), called(3, PENDING), called(4, PENDING));

    assertThat(numbers(lane.back())).containsExactly(4L, 3L);
    assertThat(numbers(lane(0, called(1, PENDING), called(2, RUNNING)).back())).containsExactly(1L);
  }

  @Test
  void whatever_a_lane_looks_like_no_more_are_called_than_have_slots() {
    var random = new Random(28);
    for (int i = 0; i < 10_000; i++) {
      int slots = random.nextInt(5);
      var places =
          IntStream.range(0, random.nextInt(12))
              .mapToObj(
                  n ->
                      new Place(
                          n, new UUID(1, n), random.nextBoolean(), any(random), 0, Priority.LOW))
              .toArray(Place[]::new);
      var lane = lane(slots, places);
      var freed =
          Stream.concat(lane.over().stream(), lane.back().stream())
              .filter(_ -> random.nextInt(4) > 0)
              .map(Place::job)
              .collect(Collectors.toSet());

      var next = lane.next(freed, 100);

      long holding =
          Stream.of(places).filter(one -> one.called() && !freed.contains(one.job())).count();
      assertThat(next).allMatch(one -> one.state() == PENDING && !one.called());
      assertThat(holding + next.size()).isLessThanOrEqualTo(Math.max(holding, slots));
      assertThat(lane.back()).noneMatch(one -> one.state() == RUNNING);
    }
  }

  private static @Nullable JobState any(Random random) {
    var states = List.of(JobState.values());
    int number = random.nextInt(states.size() + 1);
    return number == states.size() ? null : states.get(number);
  }

  private static LaneView lane(int slots, Place... places) {
    return new LaneView(new LaneName("default", "k"), slots, List.of(places));
  }

  private static Place called(long number, @Nullable JobState state) {
    return new Place(number, new UUID(1, number), true, state, 0, Priority.NORMAL);
  }

  private static Place uncalled(long number, @Nullable JobState state) {
    return new Place(number, new UUID(1, number), false, state, 0, Priority.NORMAL);
  }

  private static List<Long> numbers(List<Place> places) {
    return places.stream().map(Place::number).toList();
  }
}
