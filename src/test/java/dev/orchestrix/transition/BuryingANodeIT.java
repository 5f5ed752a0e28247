package dev.orchestrix.transition;

import static dev.orchestrix.testkit.Lab.await;
import static dev.orchestrix.testkit.Lab.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Events;
import dev.orchestrix.core.failure.EngineException;
import dev.orchestrix.core.job.Decision;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.redis.TimerSet;
import dev.orchestrix.store.PlainConnection;
import dev.orchestrix.testkit.Lab;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a node has claimed, while it lives and when it is dead. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class BuryingANodeIT {
  private static final int NODE = 7;
  private static final Duration LEASE = Duration.ofSeconds(15);

  @RegisterExtension static final Lab LAB = new Lab();

  private Claims claims;
  private Endings endings;
  private TakeBacks takeBacks;

  @BeforeEach
  void prepare() {
    var settings = LAB.settings().execute();
    var gates = new Gates(LAB.vertx());
    var events = new Events(LAB.vertx(), Set::of);
    claims = new Claims(LAB.vertx(), LAB.postgres(), LAB.meters(), settings, NODE);
    endings =
        new Endings(
            LAB.vertx(),
            LAB.postgres(),
            new TimerSet(LAB.redis()),
            gates,
            events,
            LAB.meters(),
            settings);
    takeBacks = new TakeBacks(LAB.postgres(), gates, events, LAB.meters());
    register();
  }

  @Test
  void a_node_whose_row_is_gone_claims_nothing_and_is_told_so() {
    var ready = LAB.ready(3);
    var _ = LAB.rows("delete from nodes");

    assertThat(catchThrowable(() -> await(claims.claim(ready))))
        .isInstanceOf(EngineException.Unavailable.class);

    assertThat(LAB.number("select count(*) from jobs where state = 'PENDING'")).isEqualTo(3);
    assertThat(LAB.number("select count(*) from leases")).isZero();
  }

  @Test
  void a_node_that_is_registered_and_finds_nothing_ready_is_not_told_that_it_is_gone() {
    var ready = LAB.ready(3);
    assertThat(await(claims.claim(ready))).hasSize(3);

    assertThat(await(claims.claim(ready))).isEmpty();
  }

  @Test
  void a_node_that_has_renewed_after_all_keeps_everything() {
    var jobs = claimed(3);

    assertThat(await(takeBacks.takeBack(NODE, LEASE))).isZero();

    assertThat(LAB.number("select count(*) from nodes")).isEqualTo(1);
    assertThat(await(endings.end(succeeded(jobs.getFirst())))).isTrue();
  }

  @Test
  void what_a_dead_node_ran_is_ready_again_and_its_outcomes_are_refused() {
    var jobs = claimed(3);
    silence();

    assertThat(await(takeBacks.takeBack(NODE, LEASE))).isEqualTo(3);

    assertThat(LAB.number("select count(*) from nodes")).isZero();
    assertThat(LAB.number("select sum(cardinality(jobs)) from backlog")).isEqualTo(3);
    assertThat(LAB.number("select count(*) from jobs where crashes = 1 and failures = 0"))
        .isEqualTo(3);
    assertThat(await(endings.end(succeeded(jobs.getFirst())))).isFalse();
  }

  @Test
  void a_claim_that_came_as_the_node_was_buried_is_taken_back_and_counts_as_a_death() {
    var _ = claimed(2);
    var _ =
        LAB.rows("update jobs set crashes = 2 where id = (select min(id::text)::uuid from jobs)");
    var _ = LAB.rows("delete from nodes");

    assertThat(await(takeBacks.takeBack(NODE, LEASE))).isEqualTo(2);

    assertThat(
            LAB.number(
                "select count(*) from jobs where state = 'FAILED' and errors like '%POISON%'"))
        .isEqualTo(1);
    assertThat(LAB.number("select count(*) from jobs where state = 'PENDING' and crashes = 1"))
        .isEqualTo(1);
  }

  @Test
  void a_lease_whose_outcomes_crossed_is_freed_although_nothing_else_ends() throws SQLException {
    var jobs = claimed(2);
    var held = jobs.getFirst();
    try (var other = PlainConnection.open(LAB.settings().postgres().url(), "test", Map.of());
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      var _ = statement.execute("select from jobs where id = '" + held.id() + "' for update");
      var first = endings.end(succeeded(held));
      until("it waits for the row", BuryingANodeIT::somebodyWaits);

      assertThat(await(endings.end(succeeded(jobs.getLast())))).isTrue();
      other.rollback();
      assertThat(await(first)).isTrue();
    }

    until("freed", () -> LAB.number("select count(*) from leases") == 0);
  }

  private static boolean somebodyWaits() {
    return LAB.number("select count(*) from pg_stat_activity where wait_event_type = 'Lock'") > 0;
  }

  private List<ClaimedJob> claimed(int count) {
    List<Delivery> ready = LAB.ready(count);
    return await(claims.claim(ready));
  }

  private static Ending succeeded(ClaimedJob job) {
    return new Ending(job, Decision.SUCCEEDED, null, null, null, null);
  }

  private static void register() {
    var _ = LAB.rows("insert into nodes (id, name, roles) values (7, 'test', 'executor')");
  }

  private static void silence() {
    var _ = LAB.rows("update nodes set heartbeat_at = now() - interval '20 seconds'");
  }
}
