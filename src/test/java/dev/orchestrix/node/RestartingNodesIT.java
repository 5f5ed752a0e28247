package dev.orchestrix.node;

import static dev.orchestrix.testkit.Lab.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Load;
import dev.orchestrix.testkit.Site;
import java.util.HashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RestartingNodesIT {
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
  void two_nodes_that_are_restarted_one_after_the_other_under_load_lose_nothing() {
    var flags = new HashMap<>(Site.inOneCluster());
    flags.put("shutdown.grace", "1s");
    var first = site.node(flags);
    var second = site.node(flags);
    var reached = new AtomicReference<>(second);
    var load = Load.on(site, reached::get);
    site.submit(first, 40, "{\"type\":\"sleep\",\"payload\":{\"duration\":\"3s\"}}");
    load.accept(200);

    for (int round = 0; round < 2; round++) {
      var stopping = reached.get().equals(second) ? first : second;
      site.stop(stopping);
      load.accept(100);
      var fresh = site.node(flags);
      reached.set(fresh);
      load.accept(100);
      first = stopping.equals(first) ? fresh : first;
      second = stopping.equals(second) ? fresh : second;
    }

    var accepted = load.stop();
    until("all ended", () -> site.jobs("state <> 'SUCCEEDED'") == 0);
    assertThat(site.jobs("true")).isEqualTo(accepted.size() + 40);
    assertThat(site.jobs("failures > 0 or crashes > 0 or errors is not null")).isZero();
    until("all leases are freed", () -> site.sql("select count(*) from leases") == 0);
    assertThat(site.sql("select count(*) from nodes")).isEqualTo(2);
  }

  @Test
  void what_a_stopping_executor_gets_is_run_by_another_node() {
    var flags = Site.inOneCluster();
    var stopping = site.node(flags);
    site.submit(stopping, 3000, "{\"type\":\"sleep\",\"payload\":{\"duration\":\"20ms\"}}");
    var other = site.node(flags);

    site.stop(stopping);

    until("all ended", () -> site.jobs("state <> 'SUCCEEDED'") == 0);
    assertThat(site.jobs("failures > 0 or crashes > 0")).isZero();
    site.stop(other);
  }
}
