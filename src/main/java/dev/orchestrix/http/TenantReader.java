package dev.orchestrix.http;

import dev.orchestrix.tenant.RetentionRange;
import dev.orchestrix.tenant.Tenant;
import dev.orchestrix.tenant.TenantLimits;
import dev.orchestrix.tenant.TenantQuotas;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads the document of one tenant: {@code {"weight": 2, "limits": {"rate": 10, "burst": 20,
 * "running": 5}}}. What is left out has its default: a weight of 1, no limits, no quotas, and jobs
 * are kept for as long as everybody's.
 */
final class TenantReader {
  private static final int DEPTH = 8;
  private static final double MOST_QUOTA = 1e15;

  /** What reading gave. */
  sealed interface Reading {}

  record Read(Tenant tenant) implements Reading {}

  record Refused(Problem problem) implements Reading {}

  private final JsonCursor json;
  private final Violations violations = new Violations();
  private final FieldReader field;
  private final LimitsDraft limits;
  private int weight = 1;
  private @Nullable Long pending;
  private @Nullable Long perDay;
  private @Nullable Long bytes;
  private @Nullable Integer payloadBytes;
  private final RetentionRange range;
  private @Nullable Duration retention;

  private TenantReader(byte[] bytes, RetentionRange range) {
    this.range = range;
    this.json = new JsonCursor(bytes, 0, bytes.length, DEPTH, violations);
    this.field = new FieldReader(json, violations);
    this.limits = new LimitsDraft(field, violations);
  }

  /** The tenant, or everything that is wrong with its document. */
  static Reading read(byte[] bytes, String id, RetentionRange range) {
    return new TenantReader(bytes, range).read(id);
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
        ? new Read(
            new Tenant(
                id,
                weight,
                limits(),
                new TenantQuotas(pending, perDay, bytes, payloadBytes),
                retention,
                false))
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
      case "quotas" -> readQuotas();
      case "retention" -> retention = field.duration(range.least(), range.most());
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
      for (var inner = json.firstName(); inner != null; inner = json.nextName()) {
        violations.within(inner);
        readLimit(inner);
      }
      check();
      violations.within(null);
    }
  }

  private void readLimit(String name) throws JsonFault {
    if (!limits.read(name)) {
      violations.add(ProblemCode.UNKNOWN_FIELD, "there is no such field");
      json.skip();
    }
  }

  private void check() {
    if (limits.lacksRate() && !violations.concern("limits/rate")) {
      violations.within("rate");
      violations.add(ProblemCode.REQUIRED, "a burst needs a rate beside it");
    }
  }

  private void readQuotas() throws JsonFault {
    if (field.is('{', "expected an object")) {
      for (var inner = json.firstName(); inner != null; inner = json.nextName()) {
        violations.within(inner);
        readQuota(inner);
      }
      violations.within(null);
    }
  }

  private void readQuota(String name) throws JsonFault {
    switch (name) {
      case "pending" -> pending = quota();
      case "per_day" -> perDay = quota();
      case "bytes" -> bytes = quota();
      case "payload_bytes" -> payloadBytes = field.wholeNumber(1, JobDraft.LONGEST_PAYLOAD);
      default -> {
        violations.add(ProblemCode.UNKNOWN_FIELD, "there is no such field");
        json.skip();
      }
    }
  }

  private @Nullable Long quota() throws JsonFault {
    var read = field.number(0, MOST_QUOTA);
    if (read != null && read != Math.rint(read)) {
      violations.add(ProblemCode.WRONG_TYPE, "expected a whole number");
      return null;
    }
    return read == null ? null : (Long) read.longValue();
  }

  private @Nullable TenantLimits limits() {
    return limits.empty() ? null : new TenantLimits(limits.rate(), limits.running());
  }
}
