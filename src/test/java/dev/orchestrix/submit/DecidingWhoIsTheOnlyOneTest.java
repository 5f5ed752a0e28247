package dev.orchestrix.submit;

import static dev.orchestrix.submit.Jobs.alone;
import static dev.orchestrix.submit.Jobs.kind;
import static dev.orchestrix.submit.Jobs.withBoth;
import static dev.orchestrix.submit.Jobs.withKey;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.core.job.Unique;
import dev.orchestrix.core.job.Unique.Field;
import dev.orchestrix.core.job.Unique.OnConflict;
import dev.orchestrix.store.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DecidingWhoIsTheOnlyOneTest {
  private static final OnConflict REJECT = new OnConflict.Reject();
  private static final OnConflict RETURN = new OnConflict.Return();
  private static final OnConflict DEBOUNCE = new OnConflict.Debounce();
  private static final OnConflict REPLACE =
      new OnConflict.Replace(Set.of(Field.PAYLOAD), Set.of(JobState.PENDING));
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void a_kind_that_no_job_stands_for_is_free() {
    assertThat(Ruling.of(kind("k", REJECT), null)).isEqualTo(new Ruling.Made());
  }

  @ParameterizedTest
  @EnumSource(JobState.class)
  void a_job_is_in_the_way_in_the_states_of_its_own_rule(JobState state) {
    var holder = holder(state, false);

    assertThat(Ruling.of(kind("k", REJECT), holder))
        .isEqualTo(state.terminal() ? new Ruling.Made() : new Ruling.Refused(holder));
  }

  @ParameterizedTest
  @EnumSource(JobState.class)
  void a_job_is_in_the_way_in_every_state_until_its_period_is_over(JobState state) {
    var holder = holder(state, true);

    assertThat(Ruling.of(kind("k", RETURN), holder)).isEqualTo(new Ruling.Answered(holder));
  }

  @ParameterizedTest
  @EnumSource(JobState.class)
  void a_job_takes_over_fields_in_the_named_states_only(JobState state) {
    var holder = holder(state, true);

    assertThat(Ruling.of(kind("k", REPLACE), holder))
        .isEqualTo(
            state == JobState.PENDING
                ? new Ruling.Changed(holder, Set.of(Field.PAYLOAD))
                : new Ruling.Refused(holder));
  }

  @ParameterizedTest
  @EnumSource(JobState.class)
  void a_job_waits_anew_only_while_it_waits_for_its_time(JobState state) {
    var holder = holder(state, true);

    assertThat(Ruling.of(kind("k", DEBOUNCE), holder))
        .isEqualTo(
            state == JobState.SCHEDULED
                ? new Ruling.Changed(holder, Set.of(Field.PAYLOAD, Field.RUN_AT))
                : new Ruling.Refused(holder));
  }

  @Test
  void the_first_use_of_a_key_in_a_batch_makes_the_job_and_the_others_are_answered_by_it() {
    var jobs = List.of(withKey("a", "1"), withKey("a", "1"), withKey("a", "2"), withKey("b", "1"));

    var batch = played(jobs, Map.of(), Map.of());

    assertThat(batch.answers())
        .containsExactly(
            Submitted.ACCEPTED,
            new Submitted.Replayed(jobs.getFirst().id()),
            new Submitted.Mismatch(),
            Submitted.ACCEPTED);
    assertThat(batch.made()).containsExactly(jobs.getFirst(), jobs.getLast());
  }

  @Test
  void a_key_that_was_used_before_makes_nothing() {
    var first = Ids.next();
    var jobs = List.of(withKey("a", "1"), withKey("a", "2"));
    var known = new KeyedBatch.Known(first, Jobs.hash("1"));

    var batch = played(jobs, Map.of(new Name("default", "a"), known), Map.of());

    assertThat(batch.answers())
        .containsExactly(new Submitted.Replayed(first), new Submitted.Mismatch());
    assertThat(batch.made()).isEmpty();
  }

  @Test
  void a_key_of_a_job_that_is_refused_is_free_again() {
    var holder = holder(JobState.RUNNING, false);
    var jobs = List.of(withBoth("a", kind("k", REJECT)), withBoth("a", kind("k", REJECT)));

    var batch = played(jobs, Map.of(), Map.of(Name.of(jobs.getFirst(), kind("k", REJECT)), holder));

    var conflict = new Submitted.Conflict(holder.job(), JobState.RUNNING);
    assertThat(batch.answers()).containsExactly(conflict, conflict);
    assertThat(batch.freed()).containsExactly(new Name("default", "a"));
  }

  @Test
  void a_key_of_a_job_that_another_answers_for_stands_for_that() {
    var holder = holder(JobState.RUNNING, false);
    var jobs = List.of(withBoth("a", kind("k", RETURN)), withBoth("a", kind("k", RETURN)));

    var batch = played(jobs, Map.of(), Map.of(Name.of(jobs.getFirst(), kind("k", RETURN)), holder));

    assertThat(batch.answers())
        .containsExactly(
            new Submitted.Returned(holder.job()), new Submitted.Replayed(holder.job()));
    assertThat(batch.pointed()).containsExactly(Map.entry(new Name("default", "a"), holder.job()));
  }

  @Test
  void the_first_of_its_kind_in_a_batch_is_in_the_way_of_the_others() {
    var jobs =
        List.of(alone(kind("k", REJECT)), alone(kind("k", REJECT)), alone(kind("k", RETURN)));

    var batch = played(jobs, Map.of(), Map.of());

    var first = jobs.getFirst().id();
    assertThat(batch.answers())
        .containsExactly(
            Submitted.ACCEPTED,
            new Submitted.Conflict(first, JobState.PENDING),
            new Submitted.Returned(first));
    assertThat(batch.made()).containsExactly(jobs.getFirst());
    assertThat(batch.successors()).isEmpty();
  }

  @Test
  void a_job_takes_the_place_of_one_that_has_ended() {
    var rule = kind("k", REJECT);
    var job = alone(rule);
    var kind = Name.of(job, rule);

    var batch = played(List.of(job), Map.of(), Map.of(kind, holder(JobState.SUCCEEDED, false)));

    assertThat(batch.answers()).containsExactly(Submitted.ACCEPTED);
    assertThat(batch.successors()).containsExactly(Map.entry(kind, job));
  }

  @Test
  void a_job_of_the_same_batch_is_changed_before_it_is_written() {
    var first = alone(kind("k", DEBOUNCE), "1", NOON);
    var second = alone(kind("k", DEBOUNCE), "2", NOON.plusSeconds(9));

    var batch = played(List.of(first, second), Map.of(), Map.of());

    assertThat(batch.answers())
        .containsExactly(Submitted.ACCEPTED, new Submitted.Replaced(first.id()));
    assertThat(batch.made()).containsExactly(first.with(Ruling.NEWEST, second));
    assertThat(batch.changes()).isEmpty();
  }

  @Test
  void several_changes_of_one_job_become_one() {
    var holder = holder(JobState.SCHEDULED, false);
    var take = new OnConflict.Replace(Set.of(Field.TAGS), Set.of(JobState.SCHEDULED));
    var jobs =
        List.of(
            alone(kind("k", DEBOUNCE), "1", NOON),
            alone(kind("k", DEBOUNCE), "2", NOON.plusSeconds(9)),
            alone(kind("k", take), "3", null));

    var batch =
        played(jobs, Map.of(), Map.of(Name.of(jobs.getFirst(), kind("k", DEBOUNCE)), holder));

    assertThat(batch.made()).isEmpty();
    assertThat(batch.changes()).hasSize(1);
    var change = batch.changes().getFirst();
    assertThat(change.fields()).containsExactlyInAnyOrder(Field.PAYLOAD, Field.RUN_AT, Field.TAGS);
    assertThat(change.values().payload()).isEqualTo("2");
    assertThat(change.values().runAt()).isEqualTo(NOON.plusSeconds(9));
  }

  @Test
  void a_job_that_has_moved_on_cannot_be_changed_and_is_in_the_way() {
    var holder = holder(JobState.SCHEDULED, false);
    var job = alone(kind("k", DEBOUNCE), "1", NOON);
    var batch = played(List.of(job), Map.of(), Map.of(Name.of(job, kind("k", DEBOUNCE)), holder));

    batch.missed(Map.of(holder.job(), JobState.RUNNING));

    assertThat(batch.answers())
        .containsExactly(new Submitted.Conflict(holder.job(), JobState.RUNNING));
  }

  @Test
  void a_job_whose_states_it_is_not_in_stands_for_nothing_but_its_period() {
    var ended = kind("k", Set.of(JobState.RUNNING), null);
    var timed = kind("k", Set.of(JobState.RUNNING), Duration.ofHours(1));

    assertThat(played(List.of(alone(ended), alone(ended)), Map.of(), Map.of()).made()).hasSize(2);
    assertThat(played(List.of(alone(timed), alone(timed)), Map.of(), Map.of()).made()).hasSize(1);
  }

  /** The batch after its steps; keys that are not known are those of the first who uses them. */
  private static KeyedBatch played(
      List<NewJob> jobs, Map<Name, KeyedBatch.Known> known, Map<Name, Holder> holders) {
    var batch = new KeyedBatch(jobs);
    var all = new HashMap<>(known);
    batch
        .keys()
        .forEach(
            (name, job) -> {
              var own = job.idempotency();
              if (own != null) {
                all.putIfAbsent(name, new KeyedBatch.Known(job.id(), own.request()));
              }
            });
    batch.know(all);
    assertThat(batch.kinds().keySet()).containsAll(holders.keySet());
    var fresh = new HashSet<>(batch.kinds().keySet());
    fresh.removeAll(holders.keySet());
    batch.decide(holders, fresh, Map.of());
    return batch;
  }

  private static Holder holder(JobState state, boolean recent) {
    Unique rule = kind("k", REJECT);
    UUID id = Ids.next();
    return new Holder(id, state, 0, NOON, rule.states(), recent);
  }
}
