package dev.orchestrix.submit;

import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.NewJob;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Submissions that are written together, played through in their order: what each is answered, and
 * what has to be written for that. Knows no database. Steps are called in the order in which they
 * stand here.
 */
final class KeyedBatch {

  /**
   * What a key of a submission stands for.
   *
   * @param request the hash of the request that used it first
   */
  record Known(UUID job, String request) {}

  private final List<NewJob> jobs;
  private final Map<Name, NewJob> keys = new LinkedHashMap<>();
  private final Map<Name, NewJob> kinds = new LinkedHashMap<>();

  /** By the id of the job that was to be made. */
  private final Map<UUID, Submitted> answers = new HashMap<>();

  /** Repetitions within this batch, by the first one. */
  private final Map<UUID, UUID> follows = new HashMap<>();

  private final Map<UUID, NewJob> made = new LinkedHashMap<>();
  private final Map<Name, NewJob> successors = new LinkedHashMap<>();
  private final Map<UUID, Change> changes = new LinkedHashMap<>();

  /** By the job that makes room: the one that it makes room for. */
  private final Map<UUID, Displaced> displaced = new LinkedHashMap<>();

  KeyedBatch(List<NewJob> jobs) {
    this.jobs = jobs;
    for (var job : jobs) {
      if (job.idempotency() != null) {
        keys.putIfAbsent(Name.of(job, job.idempotency()), job);
      }
    }
  }

  /** The concurrency keys that are used. */
  List<Name> lanes() {
    return jobs.stream().flatMap(job -> lane(job).stream()).distinct().toList();
  }

  private static Optional<Name> lane(NewJob job) {
    return Optional.ofNullable(job.throttle().concurrencyKey())
        .map(key -> new Name(job.tenant(), key));
  }

  /** The keys that are used, each by the first job that uses it. */
  Map<Name, NewJob> keys() {
    return keys;
  }

  /** Tells what each key stands for: one of these jobs if it was not in use. */
  void know(Map<Name, Known> known) {
    for (var job : jobs) {
      var own = job.idempotency();
      if (own == null) {
        continue;
      }
      var name = Name.of(job, own);
      var first = known.get(name);
      if (first == null) {
        throw new IllegalStateException("a key was not written");
      }
      if (!first.request.equals(own.request())) {
        answers.put(job.id(), new Submitted.Mismatch());
      } else if (first.job.equals(leader(name))) {
        follow(job, first.job);
      } else {
        answers.put(job.id(), new Submitted.Replayed(first.job));
      }
    }
  }

  private @Nullable UUID leader(Name name) {
    var job = keys.get(name);
    return job == null ? null : job.id();
  }

  private void follow(NewJob job, UUID first) {
    if (!job.id().equals(first)) {
      follows.put(job.id(), first);
    }
  }

  /** The kinds of which there is to be one job, each by the first that is of it. */
  Map<Name, NewJob> kinds() {
    for (var job : jobs) {
      if (job.unique() != null && isOpen(job)) {
        kinds.putIfAbsent(Name.of(job, job.unique()), job);
      }
    }
    return kinds;
  }

  private boolean isOpen(NewJob job) {
    return !answers.containsKey(job.id()) && !follows.containsKey(job.id());
  }

  /**
   * Decides about every job.
   *
   * @param holders the jobs that stand, or stood, for a kind; none for a kind that is new
   * @param fresh the kinds that were taken just now, each for its first job
   * @param lanes who is there of each concurrency key
   */
  void decide(Map<Name, Holder> holders, Set<Name> fresh, Map<Name, Occupants> lanes) {
    var now = new HashMap<>(holders);
    for (var job : jobs) {
      if (!isOpen(job)) {
        continue;
      }
      var rule = job.unique();
      if (rule == null) {
        var _ = make(job, lanes);
        continue;
      }
      var kind = Name.of(job, rule);
      switch (Ruling.of(rule, now.get(kind))) {
        case Ruling.Made _ -> {
          if (make(job, lanes)) {
            now.put(kind, holder(job));
            if (!job.equals(kinds.get(kind)) || !fresh.contains(kind)) {
              successors.put(kind, job);
            }
          }
        }
        case Ruling.Refused(var by) ->
            answers.put(job.id(), new Submitted.Conflict(by.job(), by.state()));
        case Ruling.Answered(var by) -> answers.put(job.id(), new Submitted.Returned(by.job()));
        case Ruling.Changed(var old, var fields) ->
            now.put(kind, change(job, new Change(old, fields, job)));
      }
    }
  }

  /** Makes a job, unless others with its concurrency key are in the way. */
  private boolean make(NewJob job, Map<Name, Occupants> lanes) {
    var occupants = job.runAt() == null ? lane(job).map(lanes::get) : Optional.<Occupants>empty();
    if (occupants.isPresent()) {
      switch (occupants.get().enter(job.id())) {
        case Occupants.Refused(var by) -> {
          answers.put(job.id(), new Submitted.Full(by));
          return false;
        }
        case Occupants.Made(var instead) ->
            instead.forEach(one -> displaced.putIfAbsent(one, new Displaced(one, job.id())));
      }
    }
    made.put(job.id(), job);
    answers.put(job.id(), Submitted.ACCEPTED);
    return true;
  }

  /** Jobs that are to be cancelled once all is written. */
  List<Displaced> displaced() {
    return List.copyOf(displaced.values());
  }

  private static Holder holder(NewJob job) {
    var rule = job.unique();
    if (rule == null) {
      throw new IllegalStateException("it stands for no kind");
    }
    return new Holder(job.id(), job.state(), 0, job.runAt(), rule.states(), rule.period() != null);
  }

  /** What then stands for the kind. A job of this very batch is changed before it is written. */
  private Holder change(NewJob job, Change change) {
    var old = change.holder();
    answers.put(job.id(), new Submitted.Replaced(old.job()));
    var ours = made.get(old.job());
    if (ours == null) {
      changes.merge(old.job(), change, Change::then);
      return old;
    }
    var changed = ours.with(change.fields(), job);
    made.put(old.job(), changed);
    successors.replaceAll((_, one) -> one.id().equals(changed.id()) ? changed : one);
    return holder(changed);
  }

  /** Changes of jobs that were there before, at most one each. */
  List<Change> changes() {
    return List.copyOf(changes.values());
  }

  /** Tells which jobs could not be changed, because they have moved on, and where they are. */
  void missed(Map<UUID, JobState> states) {
    answers.replaceAll(
        (_, answer) ->
            answer instanceof Submitted.Replaced(var job) && states.containsKey(job)
                ? new Submitted.Conflict(job, states.get(job))
                : answer);
  }

  /** Kinds that another job stands for from now on. */
  Map<Name, NewJob> successors() {
    return successors;
  }

  /** Keys that stand for a job which was there before. */
  Map<Name, UUID> pointed() {
    var pointed = new LinkedHashMap<Name, UUID>();
    keys.forEach(
        (name, job) -> {
          switch (answers.get(job.id())) {
            case Submitted.Returned(var there) -> pointed.put(name, there);
            case Submitted.Replaced(var there) -> pointed.put(name, there);
            case null, default -> {}
          }
        });
    return pointed;
  }

  /** Keys of submissions that were refused: they are free again. */
  List<Name> freed() {
    var freed = new ArrayList<Name>();
    keys.forEach(
        (name, job) -> {
          var answer = answers.get(job.id());
          if (answer instanceof Submitted.Conflict || answer instanceof Submitted.Full) {
            freed.add(name);
          }
        });
    return freed;
  }

  /** The jobs to be written. */
  Collection<NewJob> made() {
    return made.values();
  }

  /** Whether every submission has made a job of its own. */
  boolean allMade() {
    return made.size() == jobs.size();
  }

  /** Whose submissions these are, each once. */
  String[] tenants() {
    return JobColumns.tenants(jobs);
  }

  /** What each job is answered, in their order. */
  List<Submitted> answers() {
    return jobs.stream().map(this::answer).toList();
  }

  private Submitted answer(NewJob job) {
    var first = follows.get(job.id());
    var answer = answers.get(first == null ? job.id() : first);
    if (answer == null) {
      throw new IllegalStateException("a submission was not decided about");
    }
    return first == null ? answer : repeated(first, answer);
  }

  private static Submitted repeated(UUID first, Submitted answer) {
    return switch (answer) {
      case Submitted.Accepted _ -> new Submitted.Replayed(first);
      case Submitted.Returned(var there) -> new Submitted.Replayed(there);
      case Submitted.Replaced(var there) -> new Submitted.Replayed(there);
      case Submitted.Replayed _,
          Submitted.Mismatch _,
          Submitted.Conflict _,
          Submitted.Full _,
          Submitted.Closed _ ->
          answer;
    };
  }
}
