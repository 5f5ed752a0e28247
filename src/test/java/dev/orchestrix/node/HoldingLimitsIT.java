package dev.orchestrix.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Nodes;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Limits of types and tenants over two nodes, each a process, whatever happens to them. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class HoldingLimitsIT {

  /**
   * The most jobs that ran at one time. A slot is taken before the claim and given back after the
   * end, so that what these times tell can only be too little.
   */
  private static final String CROWD =
      """
      select max(running)
        from (
          select sum(step) over (order by at, step) as running
            from (
              select started_at as at, 1 as step from jobs where type = $1 and tenant like $2
              union all
              select finished_at, -1 from jobs where type = $1 and tenant like $2) steps) sums
      """;

  @RegisterExtension static final Lab lab = new Lab();

  @RegisterExtension final Nodes nodes = Nodes.beside(lab);

  @Test
  void no_more_of_a_type_and_of_a_tenant_run_at_once_than_may_and_all_are_run() {
    var _ = lab.rows("insert into tenants (id, running) values ('one', 2), ('other', 100)");
    limit("sleep", null, null, 5);
    var here = nodes.start();
    var there = nodes.start();

    here.api().submitAll(Collections.nCopies(150, nap("one", 10)));
    there.api().submitAll(Collections.nCopies(300, nap("other", 10)));

    Lab.until("all have ended", () -> succeeded("sleep") == 450);
    assertThat(lab.number(CROWD, "sleep", "%")).isEqualTo(5);
    assertThat(lab.number(CROWD, "sleep", "one")).isEqualTo(2);
  }

  @Test
  void slots_of_a_node_that_was_killed_are_used_again() {
    limit("sleep", null, null, 4);
    var victim = nodes.start();
    var other = nodes.start();
    other.api().submitAll(Collections.nCopies(400, nap("default", 20)));
    Lab.until("it runs some", () -> running(victim.number()) > 0);

    victim.process().kill();

    Lab.until("all have ended", () -> succeeded("sleep") == 400);
    assertThat(lab.number(CROWD, "sleep", "%")).isEqualTo(4);
  }

  @Test
  void slots_are_counted_again_when_redis_has_lost_them() {
    limit("sleep", null, null, 4);
    var node = nodes.start();
    node.api().submitAll(Collections.nCopies(400, nap("default", 20)));
    Lab.until("some have ended", () -> succeeded("sleep") > 50);

    var _ = lab.redis(Command.FLUSHALL);

    Lab.until("all have ended", () -> succeeded("sleep") == 400);
    assertThat(lab.number(CROWD, "sleep", "%")).isEqualTo(4);
  }

  @Test
  void what_waits_for_a_rate_keeps_nobody_else_waiting_and_goes_when_the_rate_is_raised() {
    limit("noop", 1.0, 1, null);
    var node = nodes.start();
    var jobs = new ArrayList<>(Collections.nCopies(3000, "{\"type\": \"noop\"}"));
    jobs.addAll(Collections.nCopies(100, nap("default", 1)));

    node.api().submitAll(jobs);

    Lab.until("the others have ended", () -> succeeded("sleep") == 100);
    Lab.until("the rest is held", () -> held("rate:type:noop") > 2900);
    assertThat(succeeded("noop")).isLessThan(100);
    var _ = lab.rows("update limits set rate = 1e6, burst = 1000, updated_at = clock_timestamp()");
    Lab.until("all have ended", () -> succeeded("noop") == 3000);
    assertThat(lab.number("select count(*) from held")).isZero();
  }

  @Test
  void what_a_limit_of_nothing_has_stopped_goes_on_when_the_limit_is_gone() {
    limit("noop", null, null, 0);
    var node = nodes.start();
    node.api().submitAll(Collections.nCopies(200, "{\"type\": \"noop\"}"));
    Lab.until("all wait", () -> held("running:type:noop") == 200 - 32);

    var _ = lab.rows("update limits set gone = true, updated_at = clock_timestamp()");

    Lab.until("all have ended", () -> succeeded("noop") == 200);
  }

  private static void limit(
      String type, @Nullable Double rate, @Nullable Integer burst, @Nullable Integer running) {
    var _ =
        lab.rows(
            """
            insert into limits (kind, tenant, name, rate, burst, running, strategy)
            values ('type', '', $1, $2, $3, $4, 'queue')
            """,
            type,
            rate,
            burst,
            running);
  }

  private static long held(String reason) {
    return lab.number(
        "select coalesce(sum(cardinality(jobs)), 0) from held where reason = $1", reason);
  }

  private static long succeeded(String type) {
    return lab.number("select count(*) from jobs where state = 'SUCCEEDED' and type = $1", type);
  }

  private static long running(int node) {
    return lab.number("select count(*) from jobs where state = 'RUNNING' and node = $1", node);
  }

  private static String nap(String tenant, int millis) {
    return """
    {"tenant": "%s", "type": "sleep", "payload": {"duration": "%dms"}}
    """
        .formatted(tenant, millis)
        .strip();
  }
}
