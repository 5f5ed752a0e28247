package dev.orchestrix.recover;

import static dev.orchestrix.core.job.JobState.PENDING;
import static dev.orchestrix.core.job.JobState.RUNNING;
import static dev.orchestrix.testkit.Lab.await;
import static dev.orchestrix.testkit.Lab.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.BacklogGrew;
import dev.orchestrix.bus.Events;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.outbox.Backlog;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.redis.Abandoned;
import dev.orchestrix.store.Ids;
import dev.orchestrix.store.Leadership;
import dev.orchestrix.store.Loop;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.transition.Claims;
import dev.orchestrix.transition.TakeBacks;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LosingNodesIT {
  private static final int LEADER = 1;
  private static final int DEAD = 7;
  private static final int ALIVE = 8;

  @RegisterExtension static final Lab LAB = new Lab();

  private Leadership leadership;

  @BeforeEach
  void lead() {
    leadership = new Leadership(LAB.vertx(), LAB.postgres(), LAB.meters(), "scheduler", LEADER);
    await(leadership.start());
    registered(LEADER, "0 s");
  }

  @AfterEach
  void stop() {
    await(leadership.stop());
  }

  @Test
  void a_node_that_did_not_renew_its_lease_loses_its_jobs_and_is_forgotten() {
    registered(DEAD, "16 s");
    registered(ALIVE, "1 s");
    var lost = running(DEAD);
    var kept = running(ALIVE);

    reap();

    until("the node is forgotten", () -> LAB.number("select count(*) from nodes") == 2);
    assertThat(LAB.state(lost)).isEqualTo(PENDING);
    assertThat(LAB.state(kept)).isEqualTo(RUNNING);
    assertThat(LAB.rows("select job from backlog_jobs"))
        .extracting(row -> row.getUUID(0))
        .containsExactly(lost);
    assertThat(LAB.rows("select id from nodes order by id"))
        .extracting(row -> row.getInteger(0))
        .containsExactly(LEADER, ALIVE);
  }

  @Test
  void the_leader_does_not_take_itself_for_dead() {
    var _ = LAB.rows("update nodes set heartbeat_at = now() - interval '1 hour'");
    registered(DEAD, "1 hour");
    var own = running(LEADER);

    reap();

    until("another is forgotten", () -> LAB.number("select count(*) from nodes") == 1);
    assertThat(LAB.state(own)).isEqualTo(RUNNING);
  }

  @Test
  void leases_of_a_node_that_is_not_registered_are_taken_back_after_a_while() {
    var young = running(ALIVE);
    age(young, "-1 hour");
    var old = running(DEAD);
    age(old, "6 s");

    reap();

    until("the old one is ready", () -> LAB.state(old) == PENDING);
    var older = running(DEAD);
    age(older, "6 s");
    until("the reaper has come again", () -> LAB.state(older) == PENDING);
    assertThat(LAB.state(young)).isEqualTo(RUNNING);
  }

  @Test
  void batches_that_nobody_relayed_go_through_the_backlog() {
    var job = LAB.ready(1).getFirst().entry().id();
    var _ =
        LAB.rows(
            "insert into outbox values ($1, 7, now() - interval '3 s', $2)",
            Ids.next(),
            new UUID[] {job});
    var grew = LAB.<BacklogGrew>overhear(Addresses.BACKLOG_GREW);

    reap();

    assertThat(grew.next().priority()).isEqualTo(Priority.NORMAL);
    assertThat(LAB.rows("select job from backlog_jobs"))
        .extracting(row -> row.getUUID(0))
        .containsExactly(job);
    assertThat(LAB.rows("select from outbox")).isEmpty();
  }

  private void reap() {
    var gates = new Gates(LAB.vertx());
    var events = new Events(LAB.vertx(), Set::of);
    LAB.deploy(
        new Loop(
            new Reaper(
                LEADER,
                LAB.postgres(),
                new TakeBacks(LAB.postgres(), gates, events, LAB.meters()),
                new Backlog(LAB.postgres(), LEADER),
                gates,
                LAB.meters(),
                new Abandoned(LAB.redis()),
                LAB.settings().execute()),
            leadership,
            LAB.meters()));
  }

  private static void registered(int node, String renewedAgo) {
    var _ =
        LAB.rows(
            """
            insert into nodes (id, name, roles, heartbeat_at)
            values ($1, 'test', 'executor', now() - $2::text::interval)
            """,
            node,
            renewedAgo);
  }

  private static void age(UUID job, String by) {
    var _ =
        LAB.rows(
            "update leases set created_at = now() - $2::text::interval where $1 = any(jobs)",
            job,
            by);
  }

  /** A job that a node runs; one that was not registered is not afterwards. */
  private static UUID running(int node) {
    boolean stranger = LAB.rows("select from nodes where id = $1", node).isEmpty();
    LAB.node(node);
    var claims =
        new Claims(LAB.vertx(), LAB.postgres(), LAB.meters(), LAB.settings().execute(), node);
    var job = await(claims.claim(LAB.ready(1))).getFirst().id();
    var _ = LAB.rows("delete from nodes where id = $1 and $2", node, stranger);
    return job;
  }
}
