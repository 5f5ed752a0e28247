package dev.orchestrix.transition;

import static dev.orchestrix.testkit.Lab.await;
import static dev.orchestrix.testkit.Lab.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.bus.Events;
import dev.orchestrix.core.job.Clocks;
import dev.orchestrix.core.job.Decision;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.outbox.Relay;
import dev.orchestrix.redis.Streams;
import dev.orchestrix.redis.TimerSet;
import dev.orchestrix.store.Ids;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.submit.SharedSlots;
import dev.orchestrix.submit.Submissions;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Unlimited;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The changes of a job's row stay on its page and touch no index (HOT), which is where most of the
 * engine's speed in Postgres comes from.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ChangingRowsInPlaceIT {
  private static final int NODE = 7;
  private static final int BATCH = 200;
  private static final int ROUNDS = 20;

  @RegisterExtension static final Lab LAB = new Lab();

  private Postgres postgres;
  private Submissions submissions;
  private Claims claims;
  private Endings endings;

  @BeforeEach
  void prepare() {
    LAB.node(NODE);
    var vertx = LAB.vertx();
    var gates = new Gates(vertx);
    var streams = new Streams(LAB.redis(), LAB.redis());
    var timers = new TimerSet(LAB.redis());
    var events = new Events(vertx, Set::of);
    var execute = LAB.settings().execute();
    postgres = Postgres.connect(vertx, LAB.settings().postgres());
    var relay = new Relay(vertx, postgres, streams, gates, LAB.meters(), Unlimited.marking(LAB));
    submissions =
        new Submissions(
            vertx,
            postgres,
            gates,
            relay,
            timers,
            events,
            LAB.meters(),
            SharedSlots.oneEach(LAB),
            LAB.settings().submit(),
            LAB.settings().idempotency(),
            NODE);
    claims = new Claims(vertx, postgres, LAB.meters(), execute, NODE);
    endings = new Endings(vertx, postgres, timers, gates, events, LAB.meters(), execute);
  }

  @Test
  void more_than_95_of_100_changes_of_jobs_touch_no_index() {
    long changes = 2L * BATCH * ROUNDS;
    var batches = Stream.generate(ChangingRowsInPlaceIT::jobs).limit(ROUNDS).toList();

    var _ = await(Future.all(batches.stream().map(this::run).toList()));
    until("the outbox is empty", () -> LAB.number("select count(*) from outbox") == 0);
    // a session tells its statistics when it ends, at the latest
    await(postgres.close());

    until("the statistics are there", () -> changes("n_tup_upd") == changes);
    assertThat(changes("n_tup_hot_upd")).isGreaterThan(changes * 95 / 100);
  }

  /** Submits jobs, claims them and ends them. */
  private Future<?> run(List<NewJob> jobs) {
    return Future.all(jobs.stream().map(submissions::submit).toList())
        .compose(_ -> claims.claim(jobs.stream().map(ChangingRowsInPlaceIT::delivery).toList()))
        .compose(claimed -> Future.all(claimed.stream().map(this::end).toList()));
  }

  private Future<Boolean> end(ClaimedJob job) {
    return endings.end(new Ending(job, Decision.SUCCEEDED, "{\"ok\":true}", null, null, null));
  }

  private static List<NewJob> jobs() {
    return Stream.generate(ChangingRowsInPlaceIT::job).limit(BATCH).toList();
  }

  private static NewJob job() {
    var payload = "{\"text\":\"" + "x".repeat(80) + "\"}";
    return new NewJob(
        Ids.next(),
        "default",
        "noop",
        Priority.NORMAL,
        payload,
        null,
        null,
        null,
        List.of(),
        null,
        Clocks.NONE,
        null,
        null);
  }

  private static Delivery delivery(NewJob job) {
    return new Delivery(2, "1-1", new Entry(job.id(), 0, job.tenant(), job.priority()));
  }

  /** A counter of all partitions together. */
  private static long changes(String counter) {
    return LAB.rows("select * from pg_stat_user_tables where relname like 'jobs\\_%'").stream()
        .mapToLong(row -> row.getLong(counter))
        .sum();
  }
}
