package dev.orchestrix.node;

import static dev.orchestrix.testkit.Lab.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.config.Settings;
import dev.orchestrix.store.NodeLease;
import dev.orchestrix.store.PlainConnection;
import dev.orchestrix.testkit.Lab;
import io.vertx.core.Vertx;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
@SuppressWarnings("NullAway.Init")
class RenewingTheLeaseIT {
  @RegisterExtension static final Lab LAB = new Lab();

  private final CountDownLatch gone = new CountDownLatch(1);
  private final CountDownLatch blocked = new CountDownLatch(1);
  private Settings settings;
  private Vertx vertx;
  private LoopPulse pulse;
  private NodeLease lease;
  private Heartbeat heartbeat;
  private int node;

  private void begin(String length) {
    settings =
        Lab.settings(
            LAB.settings().postgres().url(),
            Map.of("execute.heartbeat", "100ms", "execute.lease", length));
    vertx = Vertx.builder().with(new io.vertx.core.VertxOptions().setEventLoopPoolSize(1)).build();
    pulse = LoopPulse.of(vertx, 1, settings.execute().lease());
    lease = new NodeLease(settings.execute().lease());
    node = Lab.await(Membership.join(LAB.postgres(), settings));
    heartbeat = new Heartbeat(settings, node, lease, pulse, LAB.meters(), gone::countDown);
    heartbeat.start();
  }

  @AfterEach
  void end() {
    blocked.countDown();
    heartbeat.stop();
    pulse.stop();
    var _ = Lab.await(vertx.close());
  }

  @Test
  void a_node_whose_event_loop_is_busy_lives_on() {
    begin("10m");
    block();
    var before = beats();

    until("renewed", () -> !beats().equals(before));

    assertThat(pulse.stuck()).isFalse();
  }

  @Test
  void a_node_whose_event_loop_is_stuck_for_four_leases_is_given_up_until_it_turns() {
    begin("500ms");
    block();

    until("stuck", pulse::stuck);
    until("not trusted", () -> !lease.stands());
    blocked.countDown();

    until("trusted again", lease::stands);
    assertThat(pulse.stuck()).isFalse();
  }

  @Test
  void a_connection_that_is_cut_is_made_anew() {
    begin("500ms");
    until("renewed", lease::stands);

    var _ =
        LAB.rows(
            "select pg_terminate_backend(pid) from pg_stat_activity"
                + " where application_name = 'orchestrix heartbeat'");
    var before = beats();

    until("renewed", () -> !beats().equals(before));
    assertThat(gone.getCount()).isEqualTo(1);
  }

  @Test
  void a_row_that_is_gone_is_noticed_once_and_for_all() throws InterruptedException {
    begin("500ms");
    var _ = LAB.rows("delete from nodes");

    assertThat(gone.await(30, TimeUnit.SECONDS)).isTrue();
  }

  /** The event loop does nothing until the test ends. */
  private void block() {
    var stands = new CountDownLatch(1);
    vertx.runOnContext(
        _ -> {
          stands.countDown();
          uninterruptibly(blocked);
        });
    uninterruptibly(stands);
  }

  private static void uninterruptibly(CountDownLatch latch) {
    try {
      assertThat(latch.await(Duration.ofMinutes(1).toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  private String beats() {
    try (var connection = PlainConnection.open(settings.postgres().url(), "test", Map.of());
        var statement = connection.createStatement();
        var rows = statement.executeQuery("select heartbeat_at from nodes where id = " + node)) {
      return rows.next() ? rows.getString(1) : "gone";
    } catch (SQLException failed) {
      throw new AssertionError(failed);
    }
  }
}
