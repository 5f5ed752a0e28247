package dev.orchestrix.recover;

import static dev.orchestrix.testkit.Lab.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.node.Node;
import dev.orchestrix.testkit.Detour;
import dev.orchestrix.testkit.Load;
import dev.orchestrix.testkit.Site;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Redis and Postgres fail in the middle of load; every job that was accepted ends, once. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LosingServersIT {
  @SuppressWarnings("NullAway.Init")
  private Site site;

  @BeforeEach
  void open() {
    site = Site.open();
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void redis_is_killed_and_comes_back_empty() {
    var node = site.node(Map.of());
    var load = loaded(node);

    for (int time = 0; time < 2; time++) {
      site.killRedis();
      load.accept(300);
    }

    allEnded(node, load.stop());
  }

  @Test
  void redis_is_flushed_and_forgets_its_scripts() {
    var node = site.node(Map.of());
    var load = loaded(node);

    for (int time = 0; time < 3; time++) {
      var _ = site.redis(Command.FLUSHALL);
      load.accept(200);
      var _ = site.redis(Command.SCRIPT, "FLUSH");
      load.accept(200);
    }

    allEnded(node, load.stop());
  }

  @Test
  void jobs_whose_entries_were_lost_run_although_nothing_else_comes() {
    var node = site.node(Map.of("execute.slots", "1"));
    var first = "{\"type\":\"sleep\",\"payload\":{\"duration\":\"1h\"}}";
    var answer = new JsonObject(site.submit(node, first).body());
    site.submit(node, 50, "{\"type\":\"noop\"}");
    until("it runs", () -> site.jobs("state = 'RUNNING'") == 1);

    var _ = site.redis(Command.FLUSHALL);
    site.cancel(node, answer.getString("id"));

    until("all ended", () -> site.jobs("state = 'SUCCEEDED'") == 50);
  }

  @Test
  void redis_has_no_memory_left() {
    var node = site.node(Map.of());
    var load = loaded(node);

    var _ = site.redis(Command.CONFIG, "SET", "maxmemory", "1");
    load.accept(300);
    var _ = site.redis(Command.CONFIG, "SET", "maxmemory", "512mb");
    load.accept(100);

    allEnded(node, load.stop());
  }

  @Test
  void redis_is_not_there_when_the_node_starts_and_goes_away_again() {
    try (var way = Detour.to(site.settings(Map.of()).redis().url())) {
      var node = site.node(Map.of("redis.url", way.url().toString()));
      assertThat(site.checks(node).getString("redis")).isEqualTo("failed");
      var load = Load.on(site, () -> node);
      load.accept(200);
      assertThat(site.jobs("state <> 'PENDING'")).isZero();

      way.open();
      until("work has begun", () -> site.jobs("state = 'SUCCEEDED'") > 100);
      assertThat(site.checks(node).getString("redis")).isEqualTo("ok");
      way.cut();
      load.accept(300);
      way.open();

      allEnded(node, load.stop());
    }
  }

  @Test
  void postgres_is_killed_and_comes_back() throws Exception {
    var node = site.node(Map.of());
    var load = loaded(node);

    int before = load.refused();

    site.killPostgres();
    load.refuse(before + 10);
    load.accept(300);

    allEnded(node, load.stop());
  }

  @Test
  void connections_to_postgres_are_terminated() {
    var node = site.node(Map.of());
    var load = loaded(node);

    for (int time = 0; time < 5; time++) {
      var _ =
          site.sql(
              "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                  + " where application_name like 'orchestrix%'");
      load.accept(100);
    }

    allEnded(node, load.stop());
  }

  private Load loaded(Node node) {
    var load = Load.on(site, () -> node);
    load.accept(300);
    return load;
  }

  /**
   * Jobs whose submission was answered by 503 may be there as well: none of them is left half-way.
   */
  private void allEnded(Node node, Set<String> accepted) {
    until("all ended", () -> site.jobs("state <> 'SUCCEEDED'") == 0);
    var ids = String.join("','", accepted);
    assertThat(site.jobs("id in ('" + ids + "')")).isEqualTo(accepted.size());
    assertThat(site.jobs("failures > 0 or crashes > 0 or errors is not null")).isZero();
    assertThat(succeeded(node)).isLessThanOrEqualTo(site.jobs("true"));
    until("nothing is left behind", () -> site.sql(LEFT) == 0);
  }

  private static final String LEFT =
      """
      select (select count(*) from leases) + (select count(*) from outbox)
           + (select count(*) from backlog) + (select count(*) from timers)
      """;

  /** Outcomes that were accepted, as the node counted them. */
  private long succeeded(Node node) {
    return site.get(node, "/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("orchestrix_jobs_succeeded_total{"))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }
}
