package dev.orchestrix.http;

import dev.orchestrix.auth.Role;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every call there is: where it is, and who may make it. Nothing else is served. */
enum Call {
  // ahead of any path with an id in the same place
  SUBMIT_BATCH(HttpMethod.POST, Paths.BATCH, Role.SUBMITTER, Whose.NAMED, Effect.SUBMITS),
  SUBMIT_JOB(HttpMethod.POST, Paths.JOBS, Role.SUBMITTER, Whose.NAMED, Effect.SUBMITS),
  LIST_JOBS(HttpMethod.GET, Paths.JOBS, Role.VIEWER, Whose.NAMED),
  READ_JOB(HttpMethod.GET, Paths.JOBS + "/:id", Role.VIEWER, Whose.JOB),
  FOLLOW_JOB(HttpMethod.GET, Paths.JOBS + "/:id/events", Role.VIEWER, Whose.JOB),
  READ_LOGS(HttpMethod.GET, Paths.JOBS + "/:id/logs", Role.VIEWER, Whose.JOB),
  CANCEL_MANY(HttpMethod.POST, Paths.JOBS + "/cancel", Role.OPERATOR, Whose.NAMED, Effect.CHANGES),
  CANCEL_JOB(
      HttpMethod.POST, Paths.JOBS + "/:id/cancel", Role.SUBMITTER, Whose.JOB, Effect.CHANGES),
  DELETE_JOB(HttpMethod.DELETE, Paths.JOBS + "/:id", Role.SUBMITTER, Whose.JOB, Effect.CHANGES),
  RETRY_JOB(HttpMethod.POST, Paths.JOBS + "/:id/retry", Role.OPERATOR, Whose.JOB, Effect.CHANGES),
  FOLLOW_TENANT(HttpMethod.GET, Paths.BASE + "/events", Role.VIEWER, Whose.NAMED),

  LIST_LETTERS(HttpMethod.GET, Paths.DEAD_LETTERS, Role.VIEWER, Whose.NAMED),
  GROUP_LETTERS(HttpMethod.GET, Paths.DEAD_LETTERS + "/groups", Role.VIEWER, Whose.NAMED),
  REDRIVE(
      HttpMethod.POST, Paths.DEAD_LETTERS + "/redrive", Role.OPERATOR, Whose.NAMED, Effect.CHANGES),
  LIST_REDRIVES(HttpMethod.GET, Paths.REDRIVES, Role.VIEWER, Whose.NAMED),
  READ_REDRIVE(HttpMethod.GET, Paths.REDRIVES + "/:id", Role.VIEWER, Whose.REDRIVE),
  STOP_REDRIVE(
      HttpMethod.POST, Paths.REDRIVES + "/:id/stop", Role.OPERATOR, Whose.REDRIVE, Effect.CHANGES),
  UNDO_REDRIVE(
      HttpMethod.POST, Paths.REDRIVES + "/:id/undo", Role.OPERATOR, Whose.REDRIVE, Effect.CHANGES),
  RETRY_LETTER(
      HttpMethod.POST,
      Paths.DEAD_LETTERS + "/:id/retry",
      Role.OPERATOR,
      Whose.LETTER,
      Effect.CHANGES),
  DISCARD_LETTER(
      HttpMethod.DELETE, Paths.DEAD_LETTERS + "/:id", Role.OPERATOR, Whose.LETTER, Effect.CHANGES),

  LIST_TENANTS(HttpMethod.GET, Paths.TENANTS, Role.VIEWER, Whose.NAMED),
  READ_TENANT(HttpMethod.GET, Paths.TENANTS + "/:id", Role.VIEWER, Whose.TENANT),
  PUT_TENANT(HttpMethod.PUT, Paths.TENANTS + "/:id", Role.ADMIN, Whose.ALL, Effect.CHANGES),
  DELETE_TENANT(HttpMethod.DELETE, Paths.TENANTS + "/:id", Role.ADMIN, Whose.ALL, Effect.CHANGES),
  PAUSE_TENANT(
      HttpMethod.POST, Paths.TENANTS + "/:id/pause", Role.OPERATOR, Whose.ALL, Effect.CHANGES),
  RESUME_TENANT(
      HttpMethod.POST, Paths.TENANTS + "/:id/resume", Role.OPERATOR, Whose.ALL, Effect.CHANGES),
  EXPLAIN_JOB(HttpMethod.GET, Paths.JOBS + "/:id/explain", Role.VIEWER, Whose.JOB),
  EXPLAIN(HttpMethod.GET, Paths.BASE + "/explain", Role.VIEWER, Whose.ALL),
  LIST_PAUSES(HttpMethod.GET, Paths.CONTROLS, Role.VIEWER, Whose.ALL),
  PAUSE(HttpMethod.PUT, Paths.CONTROL, Role.OPERATOR, Whose.ALL, Effect.CHANGES),
  RESUME(HttpMethod.DELETE, Paths.CONTROL, Role.OPERATOR, Whose.ALL, Effect.CHANGES),
  LIST_CIRCUITS(HttpMethod.GET, Paths.CIRCUITS, Role.VIEWER, Whose.ALL),
  OPEN_CIRCUIT(
      HttpMethod.POST, Paths.CIRCUITS + "/:name/open", Role.OPERATOR, Whose.ALL, Effect.CHANGES),
  CLOSE_CIRCUIT(
      HttpMethod.POST, Paths.CIRCUITS + "/:name/close", Role.OPERATOR, Whose.ALL, Effect.CHANGES),
  RESET_CIRCUIT(
      HttpMethod.POST, Paths.CIRCUITS + "/:name/reset", Role.OPERATOR, Whose.ALL, Effect.CHANGES),
  LIST_LIMITS(HttpMethod.GET, Paths.LIMITS, Role.VIEWER, Whose.NAMED),
  READ_LIMIT(HttpMethod.GET, Paths.LIMIT, Role.VIEWER, Whose.NAMED),
  PUT_LIMIT(HttpMethod.PUT, Paths.LIMIT, Role.OPERATOR, Whose.NAMED, Effect.CHANGES),
  DELETE_LIMIT(HttpMethod.DELETE, Paths.LIMIT, Role.OPERATOR, Whose.NAMED, Effect.CHANGES),

  LIST_KEYS(HttpMethod.GET, Paths.KEYS, Role.ADMIN, Whose.NAMED),
  CREATE_KEY(HttpMethod.POST, Paths.KEYS, Role.ADMIN, Whose.NAMED, Effect.CHANGES),
  ROTATE_KEY(HttpMethod.POST, Paths.KEYS + "/:id/rotate", Role.ADMIN, Whose.NAMED, Effect.CHANGES),
  REVOKE_KEY(HttpMethod.DELETE, Paths.KEYS + "/:id", Role.ADMIN, Whose.NAMED, Effect.CHANGES),
  LIMIT_KEY(HttpMethod.PUT, Paths.KEY_REQUESTS, Role.ADMIN, Whose.NAMED, Effect.CHANGES),
  UNLIMIT_KEY(HttpMethod.DELETE, Paths.KEY_REQUESTS, Role.ADMIN, Whose.NAMED, Effect.CHANGES),

  READ_AUDIT(HttpMethod.GET, Paths.BASE + "/audit", Role.ADMIN, Whose.NAMED),

  HEALTH("/health"),
  READY("/health/ready"),
  LIVE("/health/live"),
  METRICS(HttpMethod.GET, "/metrics", Role.VIEWER, Whose.ALL);

  @SuppressWarnings("ImmutableEnumChecker") // its methods are constants
  private final HttpMethod method;

  private final String path;
  private final @Nullable Role role;
  private final Whose whose;
  private final Effect effect;

  /** What reads; only {@code GET} does. */
  Call(HttpMethod method, String path, Role role, Whose whose) {
    this(method, path, role, whose, Effect.READS);
    if (!method.equals(HttpMethod.GET)) {
      throw new IllegalArgumentException(method + " " + path + " does something: say what");
    }
  }

  Call(HttpMethod method, String path, Role role, Whose whose, Effect effect) {
    this.method = method;
    this.path = path;
    this.role = role;
    this.whose = whose;
    this.effect = effect;
  }

  /** What is read without a key. */
  Call(String path) {
    this.method = HttpMethod.GET;
    this.path = path;
    this.role = null;
    this.whose = Whose.NAMED;
    this.effect = Effect.READS;
  }

  /** Those it answers to; what is read may be asked for its head, unless it goes on and on. */
  List<HttpMethod> methods() {
    boolean endless = this == FOLLOW_JOB || this == FOLLOW_TENANT;
    return method.equals(HttpMethod.GET) && !endless
        ? List.of(HttpMethod.GET, HttpMethod.HEAD)
        : List.of(method);
  }

  HttpMethod method() {
    return method;
  }

  /** With {@code :id} and the like where something is named. */
  String path() {
    return path;
  }

  /** The least that may make it, or null for everybody, without a key. */
  @Nullable Role role() {
    return role;
  }

  Whose whose() {
    return whose;
  }

  Effect effect() {
    return effect;
  }
}
