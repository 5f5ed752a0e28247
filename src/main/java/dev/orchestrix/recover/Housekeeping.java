package dev.orchestrix.recover;

import dev.orchestrix.store.Chore;
import dev.orchestrix.store.Partitions;
import dev.orchestrix.tenant.Quotas;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes partitions ahead of time and drops those whose time is over, with what names their jobs,
 * and forgets what else is kept for a time.
 */
public final class Housekeeping implements Chore {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final Rhythm RHYTHM =
      new Rhythm(
          "housekeeping", Duration.ofSeconds(30), Duration.ofMinutes(10), Duration.ofMinutes(10));

  private final Partitions partitions;
  private final DeadLetters letters;
  private final Quotas quotas;
  private final Duration retention;
  private final Function<Instant, Future<Integer>> forgetLines;

  /**
   * @param forgetLines forgets lines of the audit log that are too old at a time
   */
  public Housekeeping(
      Partitions partitions,
      DeadLetters letters,
      Quotas quotas,
      Duration retention,
      Function<Instant, Future<Integer>> forgetLines) {
    this.partitions = partitions;
    this.letters = letters;
    this.quotas = quotas;
    this.retention = retention;
    this.forgetLines = forgetLines;
  }

  @Override
  public Rhythm rhythm() {
    return RHYTHM;
  }

  @Override
  public void failed(Throwable error) {
    LOG.warn("partitions not tended; trying again in {}", RHYTHM.pause(), error);
  }

  @Override
  public Future<?> turn() {
    var now = Instant.now();
    return partitions
        .prepare(now)
        .compose(_ -> partitions.drop(now, retention))
        .onSuccess(names -> names.forEach(name -> LOG.info("partition={} dropped", name)))
        .compose(_ -> letters.forget(now, retention))
        .compose(_ -> quotas.forget())
        .compose(_ -> forgetLines.apply(now))
        .mapEmpty();
  }
}
