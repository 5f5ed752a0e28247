package dev.orchestrix.query;

import dev.orchestrix.admission.Standing;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.limit.Reason;
import dev.orchestrix.query.Explanation.Ahead;
import dev.orchestrix.query.Explanation.Blocker;
import dev.orchestrix.query.Whereabouts.Place;
import dev.orchestrix.tenant.Pause;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What is said of each thing that keeps a job from starting. */
final class Blockers {
  private Blockers() {}

  static Blocker leaving(String tenant) {
    return new Blocker(
        "deleting",
        "its tenant is being deleted: the job will be cancelled, and goes with it",
        "deleting:tenant:" + tenant,
        null,
        null);
  }

  static Blocker steps() {
    return new Blocker("steps", "it waits for other steps", null, null, null);
  }

  static Blocker noExecutor() {
    return new Blocker("no_executor", "no node runs jobs", null, null, null);
  }

  static Blocker time(JobState state, @Nullable Instant until) {
    var detail =
        state == JobState.RETRYING
            ? "an attempt has failed; the next is due later"
            : "its time has not come";
    return new Blocker("time", detail, null, until, null);
  }

  static Blocker paused(Pause pause, String what, Reason reason) {
    var by = pause.by() == null ? "" : " by " + pause.by();
    var why = pause.why() == null ? "" : ": " + pause.why();
    return new Blocker(
        "paused", what + " is paused" + by + why, reason.text(), pause.until(), null);
  }

  static Blocker lane(Whereabouts.Turn turn, String tenant, String key, int slots) {
    return new Blocker(
        "concurrency",
        "%d of %d slots of concurrency key %s are held%s"
            .formatted(turn.used(), slots, key, turn.ahead().text()),
        "concurrency:" + tenant + ":" + key,
        null,
        turn.ahead());
  }

  /** Of a place in the backlog, or behind an open circuit; limits and pauses speak of theirs. */
  static Optional<Blocker> place(Place place) {
    return place.reason() == null
        ? Optional.of(backlog(place.ahead()))
        : Reason.parse(place.reason())
            .filter(Reason.OpenCircuit.class::isInstance)
            .map(reason -> circuit(reason, place.ahead()));
  }

  private static Blocker backlog(Ahead ahead) {
    var detail = "the streams have all they may have; its tenant's turn comes";
    return new Blocker("backlog", detail + ahead.text(), null, null, ahead);
  }

  private static Blocker circuit(Reason reason, Ahead ahead) {
    var detail = "what it depends on has failed too often; the oldest that waits tries it";
    return new Blocker("circuit", detail + ahead.text(), reason.text(), null, ahead);
  }

  /**
   * What a limit is to a job, if it keeps it.
   *
   * @param due in how many milliseconds a token is due that was reserved for the job
   */
  static Optional<Blocker> limit(
      Standing standing, Optional<Place> place, Optional<Long> due, Instant now) {
    var ahead = ahead(standing.reason(), place);
    return switch (standing) {
      case Standing.Tokens tokens -> tokens(tokens, ahead, due, now);
      case Standing.Slots slots -> slots(slots, ahead.plus(slots.waiting()));
    };
  }

  private static Optional<Blocker> tokens(
      Standing.Tokens tokens, Ahead ahead, Optional<Long> due, Instant now) {
    var wait =
        due.isPresent()
            ? OptionalLong.of(due.get())
            : tokens.bucket().wait(tokens.level(), ahead.jobs() + 1);
    if (wait.isPresent() && wait.getAsLong() == 0) {
      return Optional.empty();
    }
    var detail =
        wait.isPresent()
            ? "no token of its rate is free before then"
            : "its rate is 0: nothing starts until the limit is changed";
    return Optional.of(
        new Blocker(
            "rate",
            detail + ahead.text(),
            tokens.reason().text(),
            wait.isPresent() ? now.plusMillis(wait.getAsLong()) : null,
            ahead.jobs() == 0 ? null : ahead));
  }

  private static Optional<Blocker> slots(Standing.Slots slots, Ahead ahead) {
    return slots.used() < slots.slots() && ahead.jobs() == 0
        ? Optional.empty()
        : Optional.of(
            new Blocker(
                "running",
                slots.used() + " of " + slots.slots() + " slots are held" + ahead.text(),
                slots.reason().text(),
                null,
                ahead));
  }

  /** Jobs in Postgres that take tokens or slots of this limit before it does. */
  private static Ahead ahead(Reason reason, Optional<Place> place) {
    return place
        .filter(
            one ->
                one.reason() == null
                    ? reason instanceof Reason.TenantRate
                    : one.reason().equals(reason.text()))
        .map(Place::ahead)
        .orElse(Ahead.NONE);
  }
}
