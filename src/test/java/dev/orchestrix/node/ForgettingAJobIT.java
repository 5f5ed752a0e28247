package dev.orchestrix.node;

import static dev.orchestrix.testkit.Lab.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Site;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** A node that lives, and does not know of a job which it runs as Postgres has it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ForgettingAJobIT {

  /** As after a claim whose answer was lost inside the node. */
  private static final String FORGOTTEN =
      """
      with job as (
        insert into jobs (id, tenant, type, state, priority, max_attempts, attempt, node, payload,
                          created_at, started_at)
        select (lpad(to_hex((extract(epoch from now()) * 1000)::int8), 12, '0')
                || '70008000000000000001')::uuid,
               'default', 'noop', 'RUNNING', 1, 3, 1, n.id, '{}',
               now() - interval '1 minute', now() - interval '1 minute'
          from nodes n
        returning id, node
      )
      insert into leases (id, node, jobs, created_at)
      select id, node, array[id], now() - interval '1 minute'
        from job
      """;

  @Test
  void the_job_is_run_again_and_what_really_runs_is_left_alone() {
    try (var site = Site.open()) {
      var node = site.node(Map.of());
      var _ = site.submit(node, "{\"type\":\"sleep\",\"payload\":{\"duration\":\"20s\"}}");
      until("one runs", () -> site.jobs("type = 'sleep' and state = 'RUNNING'") == 1);

      assertThat(site.sql(FORGOTTEN)).isEqualTo(1);

      until("run again", () -> site.jobs("type = 'noop' and state = 'SUCCEEDED'") == 1);
      assertThat(site.jobs("type = 'noop' and attempt = 2 and failures = 0 and crashes = 0"))
          .isEqualTo(1);
      until("the other has ended", () -> site.jobs("type = 'sleep' and state = 'SUCCEEDED'") == 1);
      assertThat(site.jobs("type = 'sleep' and attempt = 1")).isEqualTo(1);
      assertThat(site.get(node, "/metrics").body())
          .contains("orchestrix_invariant_violations_total{invariant=\"running_is_known\"} 1.0");
    }
  }
}
