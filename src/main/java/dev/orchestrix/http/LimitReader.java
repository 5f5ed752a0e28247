package dev.orchestrix.http;

import dev.orchestrix.core.limit.Strategy;
import dev.orchestrix.tenant.Limit;
import dev.orchestrix.tenant.Limits;

/**
 * Reads the document of one limit: {@code {"rate": 10, "burst": 20, "running": 5, "strategy":
 * "queue"}}. What a kind of limit cannot have is refused.
 */
final class LimitReader {
  private static final int DEPTH = 8;

  /** What reading gave. */
  sealed interface Reading {}

  record Read(Limit limit) implements Reading {}

  record Refused(Problem problem) implements Reading {}

  private final Limits.Place place;
  private final JsonCursor json;
  private final Violations violations = new Violations();
  private final FieldReader field;
  private final LimitsDraft limits;
  private Strategy strategy = Strategy.QUEUE;

  private LimitReader(byte[] bytes, Limits.Place place) {
    this.place = place;
    this.json = new JsonCursor(bytes, 0, bytes.length, DEPTH, violations);
    this.field = new FieldReader(json, violations);
    this.limits = new LimitsDraft(field, violations);
  }

  /** The limit, or everything that is wrong with its document. */
  static Reading read(byte[] bytes, Limits.Place place) {
    return new LimitReader(bytes, place).read();
  }

  private Reading read() {
    if (json.atEnd()) {
      return new Refused(Problem.of(ProblemCode.EMPTY_BODY, "expected a JSON object"));
    }
    try {
      readDocument();
    } catch (JsonFault fault) {
      violations.add(fault.code(), fault.detail());
      return new Refused(new Problem(fault.code(), fault.detail(), violations.list()));
    }
    return violations.none()
        ? new Read(
            new Limit(
                place.kind(),
                place.tenant(),
                place.name(),
                limits.rate(),
                limits.running(),
                strategy))
        : new Refused(Problem.of(violations.list()));
  }

  private void readDocument() throws JsonFault {
    if (field.is('{', "expected an object")) {
      for (var name = json.firstName(); name != null; name = json.nextName()) {
        violations.at(name);
        readField(name);
        violations.atRoot();
      }
      check();
    }
    if (!json.atEnd()) {
      throw json.fault("expected nothing after the limit");
    }
  }

  private void readField(String name) throws JsonFault {
    if (!allowed(name)) {
      violations.add(
          ProblemCode.UNKNOWN_FIELD, "a limit of a " + place.kind().label() + " has no such field");
      json.skip();
    } else if (name.equals("strategy")) {
      readStrategy();
    } else if (!limits.read(name)) {
      throw new IllegalStateException(name);
    }
  }

  private boolean allowed(String name) {
    return switch (place.kind()) {
      case TYPE -> name.equals("rate") || name.equals("burst") || name.equals("running");
      case RATE_KEY -> name.equals("rate") || name.equals("burst");
      case CONCURRENCY_KEY -> name.equals("running") || name.equals("strategy");
    };
  }

  private void readStrategy() throws JsonFault {
    var text = field.text();
    var read = text == null ? null : Strategy.ofLabel(text).orElse(null);
    if (text != null && read == null) {
      violations.add(ProblemCode.INVALID_VALUE, "expected queue, cancel_running or drop_new");
    }
    strategy = read == null ? strategy : read;
  }

  private void check() {
    if (limits.lacksRate() && !violations.concern("rate")) {
      require("rate", "a burst needs a rate beside it");
    } else if (violations.none() && limits.empty()) {
      switch (place.kind()) {
        case TYPE -> require("rate", "a type's limit needs a rate, or running, or both");
        case RATE_KEY -> require("rate", "a rate key's limit needs a rate");
        case CONCURRENCY_KEY -> require("running", "a concurrency key's limit needs running");
      }
    }
  }

  private void require(String name, String why) {
    violations.at(name);
    violations.add(ProblemCode.REQUIRED, why);
    violations.atRoot();
  }
}
