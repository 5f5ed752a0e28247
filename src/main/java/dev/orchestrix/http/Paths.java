package dev.orchestrix.http;

/** Where the calls are. */
final class Paths {
  static final String BASE = "/api/v1";
  static final String JOBS = BASE + "/jobs";
  static final String BATCH = JOBS + "/batch";

  static final String DEAD_LETTERS = BASE + "/dlq";
  static final String REDRIVES = DEAD_LETTERS + "/redrives";

  static final String TENANTS = BASE + "/tenants";
  static final String CIRCUITS = BASE + "/circuits";
  static final String CONTROLS = BASE + "/controls";
  static final String CONTROL = CONTROLS + "/:kind/:name";
  static final String KEYS = BASE + "/keys";
  static final String KEY_REQUESTS = KEYS + "/:id/requests";
  static final String LIMITS = BASE + "/limits";
  static final String LIMIT = LIMITS + "/:kind/:name";

  private Paths() {}
}
