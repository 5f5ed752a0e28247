package dev.orchestrix.http;

import dev.orchestrix.tenant.Tenant;
import dev.orchestrix.tenant.TenantLimits;
import org.jspecify.annotations.Nullable;

/**
 * Reads the document of one tenant: {@code {"weight": 2, "limits": {"rate": 10, "burst": 20}}}.
 * What is left out has its default: a weight of 1, no limits.
 */
final class TenantReader {
  private static final int DEPTH = 8;
  private static final double LEAST_RATE = 1e-6;
  private static final double MOST_RATE = 1e6;
  private static final int MOST_BURST = 1_000_000;

  /** What reading gave. */
  sealed interface Reading {}

  record Read(Tenant tenant) implements Reading {}

  record Refused(Problem problem) implements Reading {}

  private final JsonCursor json;
  private final Violations violations = new Violations();
  private final FieldReader field;
  private int weight = 1;
  private @Nullable Double rate;
  private @Nullable Integer burst;
  private boolean limited;

  private TenantReader(byte[] bytes) {
    this.json = new JsonCursor(bytes, 0, bytes.length, DEPTH, violations);
    this.field = new FieldReader(json, violations);
  }

  /** The tenant, or everything that is wrong with its document. */
  static Reading read(byte[] bytes, String id) {
    return new TenantReader(bytes).read(id);
  }

  private Reading read(String id) {
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
        ? new Read(new Tenant(id, weight, limits()))
        : new Refused(Problem.of(violations.list()));
  }

  private void readDocument() throws JsonFault {
    if (field.is('{', "expected an object")) {
      for (var name = json.firstName(); name != null; name = json.nextName()) {
        violations.at(name);
        readField(name);
        violations.atRoot();
      }
    }
    if (!json.atEnd()) {
      throw json.fault("expected nothing after the tenant");
    }
  }

  private void readField(String name) throws JsonFault {
    switch (name) {
      case "weight" -> readWeight();
      case "limits" -> readLimits();
      default -> {
        violations.add(ProblemCode.UNKNOWN_FIELD, "there is no such field");
        json.skip();
      }
    }
  }

  private void readWeight() throws JsonFault {
    var read = field.wholeNumber(1, Tenant.MOST_WEIGHT);
    weight = read == null ? weight : read;
  }

  private void readLimits() throws JsonFault {
    if (field.is('{', "expected an object")) {
      limited = true;
      for (var inner = json.firstName(); inner != null; inner = json.nextName()) {
        violations.within(inner);
        readLimit(inner);
      }
      require("rate", rate);
      require("burst", burst);
      violations.within(null);
    }
  }

  private void readLimit(String name) throws JsonFault {
    switch (name) {
      case "rate" -> rate = readRate();
      case "burst" -> burst = field.wholeNumber(1, MOST_BURST);
      default -> {
        violations.add(ProblemCode.UNKNOWN_FIELD, "there is no such field");
        json.skip();
      }
    }
  }

  /** A rate of 0 stops the tenant; one too small to be counted is a mistake. */
  private @Nullable Double readRate() throws JsonFault {
    var read = field.number(0, MOST_RATE);
    if (read != null && read > 0 && read < LEAST_RATE) {
      violations.add(
          ProblemCode.OUT_OF_RANGE, "expected 0, which stops the tenant, or 0.000001 to 1000000");
      return null;
    }
    return read;
  }

  private void require(String name, @Nullable Number value) {
    if (value == null && !violations.concern("limits/" + name)) {
      violations.within(name);
      violations.add(ProblemCode.REQUIRED, "limits need a rate and a burst");
    }
  }

  private @Nullable TenantLimits limits() {
    return limited && rate != null && burst != null ? new TenantLimits(rate, burst) : null;
  }
}
