package dev.orchestrix.http;

import dev.orchestrix.core.retry.RetryPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads the field {@code retry}; what it leaves out is as in {@link RetryPolicy#DEFAULT}. */
final class RetryDraft {
  private static final Duration LONGEST_WAIT = Duration.ofDays(7);

  private final JsonCursor json;
  private final FieldReader field;
  private final Violations violations;

  private @Nullable Integer maxAttempts;
  private RetryPolicy.@Nullable Kind kind;
  private @Nullable Duration initial;
  private @Nullable Duration max;
  private @Nullable Double multiplier;
  private @Nullable Double jitter;

  RetryDraft(JsonCursor json, FieldReader field, Violations violations) {
    this.json = json;
    this.field = field;
    this.violations = violations;
  }

  /** The policy, or null if there is none or something in it is wrong, which has been noted. */
  @Nullable RetryPolicy read() throws JsonFault {
    if (!field.is('{', "expected an object")) {
      return null;
    }
    for (var name = json.firstName(); name != null; name = json.nextName()) {
      violations.within(name);
      readMember(name);
      violations.within(null);
    }
    return policy();
  }

  private void readMember(String name) throws JsonFault {
    switch (name) {
      case "max_attempts" -> maxAttempts = field.wholeNumber(1, 1000);
      case "policy" -> kind = kind();
      case "initial" -> initial = field.duration(Duration.ZERO, LONGEST_WAIT);
      case "max" -> max = field.duration(Duration.ZERO, LONGEST_WAIT);
      case "multiplier" -> multiplier = field.number(1, 100);
      case "jitter" -> jitter = field.number(0, 1);
      default -> {
        violations.add(ProblemCode.UNKNOWN_FIELD, "there is no such field");
        json.skip();
      }
    }
  }

  private RetryPolicy.@Nullable Kind kind() throws JsonFault {
    String text = field.text();
    if (text == null) {
      return null;
    }
    return switch (text) {
      case "fixed" -> RetryPolicy.Kind.FIXED;
      case "linear" -> RetryPolicy.Kind.LINEAR;
      case "exponential" -> RetryPolicy.Kind.EXPONENTIAL;
      default -> {
        violations.add(ProblemCode.INVALID_VALUE, "expected fixed, linear or exponential");
        yield null;
      }
    };
  }

  private RetryPolicy policy() {
    var usual = RetryPolicy.DEFAULT;
    var first = initial != null ? initial : shorter(usual.initial(), max);
    var longest = max != null ? max : longer(usual.max(), first);
    if (longest.compareTo(first) < 0) {
      violations.within("max");
      violations.add(ProblemCode.OUT_OF_RANGE, "shorter than initial");
      violations.within(null);
    }
    return new RetryPolicy(
        maxAttempts != null ? maxAttempts : usual.maxAttempts(),
        kind != null ? kind : usual.kind(),
        first,
        longest,
        multiplier != null ? multiplier : usual.multiplier(),
        jitter != null ? jitter : usual.jitter());
  }

  private static Duration shorter(Duration usual, @Nullable Duration most) {
    return most != null && most.compareTo(usual) < 0 ? most : usual;
  }

  private static Duration longer(Duration usual, Duration least) {
    return least.compareTo(usual) > 0 ? least : usual;
  }
}
