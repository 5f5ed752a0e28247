package dev.orchestrix.http;

import dev.orchestrix.core.job.Idempotency;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads jobs from the bytes that clients send. */
final class JobReader {
  /** Objects and arrays that may be open at once in a payload. */
  static final int PAYLOAD_DEPTH = 64;

  private final Supplier<UUID> ids;
  private final InstantSource clock;

  /**
   * @param ids makes the id of every job that is read, UUIDv7, growing
   * @param clock tells what {@code run_at} is measured against
   */
  JobReader(Supplier<UUID> ids, InstantSource clock) {
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * Reads one document: the job, or everything that is wrong with it. Only what makes the document
   * unreadable ends the search.
   *
   * @param trace what {@link TraceParent#traceId} made of the request, or null
   * @param key what the header of the request says is the key of the submission, or null
   * @param home the tenant of a job that names none
   */
  Reading read(
      byte[] bytes, int from, int to, @Nullable String trace, @Nullable String key, String home) {
    var violations = new Violations();
    var json = new JsonCursor(bytes, from, to, PAYLOAD_DEPTH + 1, violations);
    var draft = new JobDraft(json, violations, clock, key, home);
    if (json.atEnd()) {
      return new Reading.Refused(
          Problem.of(ProblemCode.EMPTY_BODY, "expected a JSON object with a job"), null);
    }
    try {
      readDocument(json, draft, violations);
    } catch (JsonFault fault) {
      return new Reading.Refused(problem(fault, violations), draft.tenant());
    }
    return violations.none()
        ? new Reading.Read(draft.job(ids.get(), trace, idempotency(draft.key(), bytes, from, to)))
        : new Reading.Refused(Problem.of(violations.list()), draft.tenant());
  }

  private static @Nullable Idempotency idempotency(
      @Nullable String key, byte[] bytes, int from, int to) {
    return key == null ? null : new Idempotency(key, RequestHash.of(bytes, from, to));
  }

  private static void readDocument(JsonCursor json, JobDraft draft, Violations violations)
      throws JsonFault {
    if (json.kind() == '{') {
      for (var name = json.firstName(); name != null; name = json.nextName()) {
        violations.at(name);
        draft.read(name);
        violations.atRoot();
      }
      draft.check();
    } else {
      violations.add(ProblemCode.WRONG_TYPE, "expected a JSON object with a job");
      json.skip();
    }
    if (!json.atEnd()) {
      throw json.fault("expected nothing after the job");
    }
  }

  private static Problem problem(JsonFault fault, Violations violations) {
    violations.add(fault.code(), fault.detail());
    return new Problem(fault.code(), fault.detail(), violations.list());
  }
}
