package dev.orchestrix.node;

import static dev.orchestrix.testkit.Lab.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Site;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** A node that cannot renew its lease, or has lost it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LosingTheLeaseIT {
  private static final Map<String, String> SHORT_LEASE =
      Map.of("execute.heartbeat", "300ms", "execute.lease", "3s");
  private static final String LONG_JOB = "{\"type\":\"sleep\",\"payload\":{\"duration\":\"1h\"}}";
  private static final String JOB = "{\"type\":\"noop\"}";

  @SuppressWarnings("NullAway.Init")
  private static Site site;

  @BeforeAll
  static void open() {
    site = Site.open();
  }

  @AfterAll
  static void close() {
    site.close();
  }

  @BeforeEach
  void empty() {
    var _ = site.sql("truncate jobs, backlog, outbox, leases, timers");
  }

  @Test
  void a_node_that_cannot_renew_hands_back_what_it_runs_and_goes_on_when_it_can() throws Exception {
    var node = site.node(SHORT_LEASE);
    site.submit(node, 1, LONG_JOB);
    until("it runs", () -> site.jobs("state = 'RUNNING'") == 1);

    try (var heart = heldStill(node)) {
      long attempt = site.sql("select attempt from jobs");
      until("handed back", () -> site.jobs("state = 'PENDING' and attempt = " + attempt) == 1);
      assertThat(site.checks(node).getString("lease")).isEqualTo("failed");
      site.submit(node, 20, JOB);
      until("nobody renews", () -> site.sql(SILENT_FOR) >= 3);
      assertThat(site.jobs("state = 'PENDING'")).isEqualTo(21);
      assertThat(site.jobs("failures > 0 or crashes > 0")).isZero();
      heart.rollback();
    }

    until("it goes on", () -> site.jobs("state = 'SUCCEEDED'") == 20);
    until("it runs again", () -> site.jobs("state = 'RUNNING' and attempt > 1") == 1);
    assertThat(site.checks(node).getString("lease")).isEqualTo("ok");
    site.stop(node);
  }

  @Test
  void a_node_whose_row_is_gone_ends_and_what_it_ran_runs_elsewhere() throws Exception {
    var fenced = new CountDownLatch(1);
    var together = inOneCluster();
    var dead = site.node(together, fenced::countDown);
    site.submit(dead, 1, LONG_JOB);
    until("it runs", () -> site.jobs("state = 'RUNNING'") == 1);
    var other = site.node(together);

    var _ = site.sql("delete from nodes where id = " + dead.number());

    assertThat(fenced.await(30, TimeUnit.SECONDS)).isTrue();
    until(
        "it runs elsewhere",
        () -> site.jobs("state = 'RUNNING' and attempt > 1 and node = " + other.number()) == 1);
    assertThat(site.jobs("failures > 0")).isZero();
    site.stop(dead);
    site.stop(other);
  }

  private static final String SILENT_FOR =
      "select extract(epoch from now() - max(heartbeat_at))::int8 from nodes";

  private static Map<String, String> inOneCluster() {
    var flags = new HashMap<>(SHORT_LEASE);
    flags.putAll(Site.inOneCluster());
    return flags;
  }

  /** Nobody can write the node's row until this transaction ends. */
  private static Connection heldStill(Node node) throws SQLException {
    var connection = site.postgres();
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      var _ = statement.execute("select from nodes where id = " + node.number() + " for update");
    }
    return connection;
  }
}
