package dev.orchestrix.http;

import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.core.job.Unique;
import dev.orchestrix.core.job.Unique.Field;
import dev.orchestrix.core.job.Unique.OnConflict;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the field {@code unique}. */
final class UniqueDraft {
  static final int MOST_FIELDS = 16;
  static final int LONGEST_FIELD = 256;
  static final Duration LONGEST_PERIOD = Duration.ofDays(365);

  private static final Set<JobState> ALIVE =
      Arrays.stream(JobState.values())
          .filter(state -> !state.terminal())
          .collect(Collectors.toUnmodifiableSet());

  /** What waits for its time: only there can time and priority still change. */
  private static final Set<JobState> TIMED = Set.of(JobState.SCHEDULED, JobState.RETRYING);

  private static final Set<JobState> WAITING =
      Set.of(JobState.SCHEDULED, JobState.RETRYING, JobState.PENDING);

  private static final Set<Field> BEFORE_IT_IS_READY = Set.of(Field.RUN_AT, Field.PRIORITY);

  private final JsonCursor json;
  private final FieldReader field;
  private final Violations violations;

  private @Nullable SortedSet<String> fields;
  private @Nullable Set<JobState> states;
  private @Nullable Duration period;
  private String onConflict = "reject";
  private boolean replaces;
  private @Nullable Set<Field> replaced;
  private @Nullable Set<JobState> replaceable;

  UniqueDraft(JsonCursor json, FieldReader field, Violations violations) {
    this.json = json;
    this.field = field;
    this.violations = violations;
  }

  /** This draft once it is read, or null if there is no such rule. */
  @Nullable UniqueDraft read() throws JsonFault {
    if (!field.is('{', "expected an object")) {
      return null;
    }
    for (var name = json.firstName(); name != null; name = json.nextName()) {
      violations.within(name);
      readMember(name);
      violations.within(null);
    }
    checkMembers();
    return this;
  }

  /**
   * Notes what is wrong with the rule and the job together.
   *
   * @param timed whether the job waits for a time
   */
  void check(boolean timed) {
    boolean known = violations.concern("delay") || violations.concern("run_at");
    if (onConflict.equals("debounce") && !timed && !known) {
      violations.at("unique");
      violations.within("on_conflict");
      violations.add(ProblemCode.REQUIRED, "debounce needs a delay, or a run_at to come");
      violations.atRoot();
    }
  }

  /** The rule for a job, if nothing was wrong. */
  Unique of(NewJob job) {
    var same = fields == null ? new TreeSet<>(List.of("type", UniqueKey.PAYLOAD)) : fields;
    return new Unique(
        UniqueKey.of(same, job), states == null ? ALIVE : states, period, onConflict());
  }

  private OnConflict onConflict() {
    return switch (onConflict) {
      case "reject" -> new OnConflict.Reject();
      case "return" -> new OnConflict.Return();
      case "debounce" -> new OnConflict.Debounce();
      default -> {
        var taken = replaced == null ? Set.of(Field.PAYLOAD) : replaced;
        yield new OnConflict.Replace(taken, replaceable == null ? most(taken) : replaceable);
      }
    };
  }

  private static Set<JobState> most(Set<Field> taken) {
    return taken.stream().anyMatch(BEFORE_IT_IS_READY::contains) ? TIMED : WAITING;
  }

  private void readMember(String name) throws JsonFault {
    switch (name) {
      case "fields" -> fields = fields();
      case "period" -> period = field.duration(Duration.ofMillis(1), LONGEST_PERIOD);
      case "states" -> states = states(EnumSet.allOf(JobState.class));
      case "on_conflict" -> readOnConflict();
      case "replace" -> readReplace();
      default -> unknown();
    }
  }

  private void checkMembers() {
    if (states != null && states.isEmpty() && period == null) {
      violations.within("states");
      violations.add(ProblemCode.INVALID_VALUE, "expected a state, as there is no period");
    }
    if (replaces && !onConflict.equals("replace")) {
      violations.within("replace");
      violations.add(ProblemCode.CONFLICT, "only for on_conflict: replace");
    }
    if (replaced != null && replaceable != null && !most(replaced).containsAll(replaceable)) {
      violations.within("replace");
      violations.add(
          ProblemCode.CONFLICT,
          "run_at and priority can change while a job is SCHEDULED or RETRYING only");
    }
    violations.within(null);
  }

  private void readOnConflict() throws JsonFault {
    String text = field.text();
    if (text == null) {
      return;
    }
    if (Set.of("reject", "return", "replace", "debounce").contains(text)) {
      onConflict = text;
    } else {
      violations.add(ProblemCode.INVALID_VALUE, "expected reject, return, replace or debounce");
    }
  }

  /** Everything that is wrong in there is told of {@code /unique/replace}. */
  private void readReplace() throws JsonFault {
    if (!field.is('{', "expected an object")) {
      return;
    }
    replaces = true;
    for (var name = json.firstName(); name != null; name = json.nextName()) {
      switch (name) {
        case "fields" -> replaced = replaced();
        case "states" -> replaceable = states(EnumSet.copyOf(WAITING));
        default -> unknown();
      }
    }
  }

  private @Nullable SortedSet<String> fields() throws JsonFault {
    var texts = texts("expected an array of names of fields");
    if (texts == null) {
      return null;
    }
    var read = new TreeSet<>(texts);
    if (read.isEmpty() || read.size() > MOST_FIELDS || !read.stream().allMatch(this::isField)) {
      violations.add(
          ProblemCode.INVALID_VALUE,
          "expected 1 to "
              + MOST_FIELDS
              + " of type, priority, tags, payload, or members of it such as payload.user.id");
    }
    return read;
  }

  private boolean isField(String name) {
    return Set.of("type", "priority", "tags", UniqueKey.PAYLOAD).contains(name)
        || (name.startsWith(UniqueKey.PAYLOAD_MEMBER)
            && name.length() <= LONGEST_FIELD
            && !name.endsWith(".")
            && !name.contains(".."));
  }

  private @Nullable Set<JobState> states(Set<JobState> possible) throws JsonFault {
    return constants(possible, JobState::name, "expected states out of ");
  }

  private @Nullable Set<Field> replaced() throws JsonFault {
    return constants(
        EnumSet.allOf(Field.class),
        one -> one.name().toLowerCase(Locale.ROOT),
        "expected fields out of ");
  }

  private <E extends Enum<E>> @Nullable Set<E> constants(
      Set<E> possible, Function<E, String> label, String expected) throws JsonFault {
    var texts = texts("expected an array of strings");
    if (texts == null) {
      return null;
    }
    var read =
        possible.stream()
            .filter(one -> texts.contains(label.apply(one)))
            .collect(Collectors.toSet());
    if (read.size() < texts.size()) {
      violations.add(
          ProblemCode.INVALID_VALUE,
          expected + possible.stream().sorted().map(label).collect(Collectors.joining(", ")));
    }
    return read;
  }

  /** The strings of an array, each once, or null if it is none. */
  private @Nullable Set<String> texts(String expected) throws JsonFault {
    if (!field.is('[', expected)) {
      return null;
    }
    var texts = new TreeSet<String>();
    for (boolean more = json.firstElement(); more; more = json.nextElement()) {
      if (json.kind() == '"') {
        texts.add(json.string());
      } else {
        violations.add(ProblemCode.WRONG_TYPE, "expected strings in the array");
        json.skip();
      }
    }
    return texts;
  }

  private void unknown() throws JsonFault {
    violations.add(ProblemCode.UNKNOWN_FIELD, "there is no such field");
    json.skip();
  }
}
