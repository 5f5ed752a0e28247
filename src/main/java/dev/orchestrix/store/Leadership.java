package dev.orchestrix.store;

import dev.orchestrix.metrics.Meters;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this node does what only one node may do. A row in Postgres with a term that the database
 * issues; what the leader does is guarded by its statements as well, so two leaders for a moment
 * cost work and not correctness.
 */
public final class Leadership {
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

  /** How long a renewal lasts in Postgres. */
  private static final String LASTS = "5 seconds";

  /** How long the node trusts it, counted from before the renewal was sent. */
  private static final long TRUSTED_NANOS = Duration.ofSeconds(4).toNanos();

  private static final long RENEW_EVERY_MILLIS = 1000;

  /**
   * Takes, keeps or fails to get the duty; a row means this node has it.
   *
   * <p>$1 duty text, $2 node int4
   */
  static final String HOLD =
      """
      insert into leaders as l (duty, node, term, until)
      values ($1, $2, 1, now() + interval '%s')
      on conflict (duty) do update
         set node = excluded.node,
             until = excluded.until,
             term = l.term + case when l.node = excluded.node then 0 else 1 end
       where l.node = excluded.node or l.until < now()
      returning term
      """
          .formatted(LASTS);

  /**
   * Gives the duty up.
   *
   * <p>$1 duty text, $2 node int4
   */
  static final String RESIGN =
      """
      update leaders
         set until = now()
       where duty = $1 and node = $2
      """;

  private final Vertx vertx;
  private final Postgres postgres;
  private final Meters meters;
  private final String duty;
  private final int node;
  private final CopyOnWriteArrayList<Runnable> elected = new CopyOnWriteArrayList<>();
  private volatile long trustedUntil;
  private volatile boolean leading;
  private volatile boolean stopped;

  public Leadership(Vertx vertx, Postgres postgres, Meters meters, String duty, int node) {
    this.vertx = vertx;
    this.postgres = postgres;
    this.meters = meters;
    this.duty = duty;
    this.node = node;
  }

  /** Runs for the duty from now on; completes after the first try. */
  public Future<Void> start() {
    return renew();
  }

  /** Whether this node leads now. */
  public boolean leads() {
    return leading && System.nanoTime() - trustedUntil < 0;
  }

  /** Runs {@code action} each time this node becomes the leader. */
  public void onElected(Runnable action) {
    elected.add(action);
  }

  /** Gives the duty up, for another node to take at once. */
  public Future<Void> stop() {
    stopped = true;
    leading = false;
    return Postgres.during(
            "resign from " + duty,
            postgres.writes().preparedQuery(RESIGN).execute(Tuple.of(duty, node)))
        .mapEmpty();
  }

  private Future<Void> renew() {
    long sent = System.nanoTime();
    return Postgres.during(
            "hold duty " + duty,
            postgres.writes().preparedQuery(HOLD).execute(Tuple.of(duty, node)))
        .onSuccess(rows -> held(rows.size() > 0, sent))
        .onFailure(
            e -> {
              meters.failure("leadership");
              LOG.warn("duty={} not renewed; it is given up after its term", duty, e);
            })
        .onComplete(_ -> renewLater())
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  /** A node that has resigned must not take the duty again, for it would not lead. */
  private void renewLater() {
    vertx.setTimer(
        RENEW_EVERY_MILLIS,
        _ -> {
          if (!stopped) {
            renew().onComplete(_ -> {});
          }
        });
  }

  private void held(boolean mine, long sent) {
    boolean before = leads();
    trustedUntil = sent + TRUSTED_NANOS;
    leading = mine && !stopped;
    if (leading && !before) {
      LOG.info("node={} leads duty={}", node, duty);
      elected.forEach(Runnable::run);
    }
  }
}
