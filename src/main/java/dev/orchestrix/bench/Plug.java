package dev.orchestrix.bench;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;

/**
 * Jobs that sleep in every slot of a node, so that a backlog grows behind them on a node that is
 * otherwise at work, warm and connected, until they are cancelled.
 */
final class Plug {
  /** As many as one call cancels. */
  static final int SLOTS = 1_000;

  /** The environment of a node that a plug fills. */
  static final Map<String, String> FITTING =
      Map.of("ORCHESTRIX_EXECUTE_SLOTS", String.valueOf(SLOTS));

  private static final String CANCEL = ApiConnection.JOBS + "/cancel";
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);
  private static final Buffer SLEEPERS =
      new JsonArray(
              Collections.nCopies(
                  SLOTS,
                  new JsonObject()
                      .put("type", "sleep")
                      .put("priority", "high")
                      .put("payload", new JsonObject().put("duration", "1h"))
                      .put("timeout", "1h")))
          .toBuffer();

  private final Session session;
  private final ApiConnection connection;
  private final String pluggedBefore;

  private Plug(Session session, ApiConnection connection, String pluggedBefore) {
    this.session = session;
    this.connection = connection;
    this.pluggedBefore = pluggedBefore;
  }

  /** Returns when every slot is taken. */
  static Plug put(Session session, ApiConnection connection, Database database) {
    var answer =
        session.await(
            "Submitting", connection.create(ApiConnection.BATCH, SLEEPERS).map(Plug::read));
    while (!states(session, database, answer).equals(Map.of("RUNNING", (long) SLOTS))) {
      session.pause(LOOK_EVERY);
    }
    return new Plug(session, connection, Instant.now().toString());
  }

  /**
   * Frees the slots.
   *
   * @throws BenchException if not all of them were held until now
   */
  void pull() {
    var filter =
        new JsonObject()
            .put("tenant", "default")
            .put("type", "sleep")
            .put("created_before", pluggedBefore);
    var answer =
        session
            .await(
                "Cancelling",
                connection.post(CANCEL, new JsonObject().put("filter", filter).toBuffer()))
            .toJsonObject();
    if (answer.getInteger("cancelling") != SLOTS) {
      throw new BenchException(
          "Of " + SLOTS + " sleeping jobs this many were cancelled: " + answer);
    }
  }

  private static BatchAnswer read(Buffer body) {
    return BatchAnswer.parse(body.toString());
  }

  private static Map<String, Long> states(Session session, Database database, BatchAnswer jobs) {
    return session.await("Counting in Postgres", database.states(jobs));
  }
}
