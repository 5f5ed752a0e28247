package dev.orchestrix.http;

import dev.orchestrix.auth.Caller;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.time.Durations;
import dev.orchestrix.tenant.Tenant;
import io.vertx.core.MultiMap;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads query parameters, noting what is wrong instead of stopping. */
final class QueryReader {
  private static final int LONGEST = 256;

  private final MultiMap parameters;
  private final List<Violation> violations = new ArrayList<>();
  private @Nullable Problem unknown;

  /**
   * @param known every other parameter is refused
   */
  QueryReader(MultiMap parameters, Set<String> known) {
    this.parameters = parameters;
    for (var name : parameters.names()) {
      if (!known.contains(name)) {
        violations.add(
            new Violation(
                "?" + Violations.shown(name),
                ProblemCode.UNKNOWN_PARAMETER,
                "there is no such parameter"));
      }
    }
  }

  /** The value of a parameter, or null if it is absent, or noted as wrong. */
  @Nullable String text(String name) {
    var values = parameters.getAll(name);
    if (values.isEmpty()) {
      return null;
    }
    var value = values.getFirst();
    if (values.size() > 1) {
      return wrong(name, "given more than once");
    }
    return value.isEmpty() || value.length() > LONGEST || value.indexOf('\0') >= 0
        ? wrong(name, "expected 1 to " + LONGEST + " characters")
        : value;
  }

  /** A tenant's id; the caller's if there is none. Another one's is none that there is. */
  String tenant(Caller caller) {
    var id = text("tenant");
    if (id != null && !Tenant.isId(id)) {
      note("tenant", TenantPages.EXPECTED_ID);
    } else if (id != null && !caller.covers(id)) {
      unknown = TenantPages.unknown(id);
    }
    return id == null ? caller.home() : id;
  }

  /** States separated by commas; empty if there are none. */
  Set<JobState> states() {
    var states = EnumSet.noneOf(JobState.class);
    var text = text("state");
    if (text != null) {
      for (var name : text.split(",", -1)) {
        state(name).ifPresentOrElse(states::add, () -> note("state", "expected " + known()));
      }
    }
    return states;
  }

  int wholeNumber(String name, int least, int most, int otherwise) {
    var text = text(name);
    if (text == null) {
      return otherwise;
    }
    boolean plain = text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    int value = plain ? Integer.parseInt(text) : -1;
    if (value < least || value > most) {
      note(name, "expected a whole number from " + least + " to " + most);
    }
    return value;
  }

  /** A duration of at most {@code most}; zero if there is none. */
  Duration duration(String name, Duration most) {
    var text = text(name);
    if (text == null) {
      return Duration.ZERO;
    }
    var duration = Durations.parse(text).orElse(null);
    if (duration == null || duration.compareTo(most) > 0) {
      note(name, "expected " + Durations.EXPECTED + ", at most " + Durations.format(most));
      return Duration.ZERO;
    }
    return duration;
  }

  /** A time; null if there is none. */
  @Nullable Instant time(String name) {
    var text = text(name);
    try {
      return text == null ? null : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException notATime) {
      note(name, "expected a time of RFC 3339, such as 2026-01-31T12:00:00Z");
      return null;
    }
  }

  /** Where the page begins; nothing for the first. */
  <T> Optional<T> cursor(Function<String, Optional<T>> read) {
    var cursor = Optional.ofNullable(text("cursor"));
    var place = cursor.flatMap(read);
    if (cursor.isPresent() && place.isEmpty()) {
      note("cursor", "expected the next_cursor of another page");
    }
    return place;
  }

  void note(String name, String detail) {
    violations.add(new Violation("?" + name, ProblemCode.INVALID_PARAMETER, detail));
  }

  /** What is wrong with the parameters, if anything. */
  Optional<Problem> problem() {
    if (violations.isEmpty()) {
      return Optional.ofNullable(unknown);
    }
    var alike = Problem.of(violations);
    return Optional.of(
        alike.code() == ProblemCode.VALIDATION_FAILED
            ? new Problem(ProblemCode.INVALID_PARAMETER, alike.detail(), alike.errors())
            : alike);
  }

  private @Nullable String wrong(String name, String detail) {
    note(name, detail);
    return null;
  }

  private static Optional<JobState> state(String name) {
    return Arrays.stream(JobState.values()).filter(state -> state.name().equals(name)).findFirst();
  }

  private static String known() {
    return String.join(", ", Arrays.stream(JobState.values()).map(JobState::name).toList());
  }
}
