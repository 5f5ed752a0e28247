package dev.orchestrix.recover;

import static dev.orchestrix.testkit.Lab.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.store.Ids;
import dev.orchestrix.tenant.Rules;
import dev.orchestrix.tenant.Tenant;
import dev.orchestrix.tenant.TenantQuotas;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Traces;
import dev.orchestrix.transition.Erasing;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A tenant keeps its jobs for two hours, and everybody else for a week. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@SuppressWarnings("NullAway.Init")
class KeepingJobsShorterIT {
  private static final Duration WEEK = Duration.ofDays(7);

  @RegisterExtension static final Lab LAB = new Lab();

  private static int ids;
  private Rules rules;
  private Retention retention;

  @BeforeEach
  void prepare() {
    rules = Rules.of(LAB.vertx(), LAB.postgres(), LAB.meters());
    retention = new Retention(rules.tenants(), new Erasing(LAB.postgres()), LAB.meters(), WEEK);
    keep("brief", Duration.ofHours(2));
    keep("usual", null);
  }

  @Test
  void ended_jobs_go_when_their_time_is_over_and_nothing_else_does() {
    var old = job("brief", "SUCCEEDED", 3);
    var failed = job("brief", "FAILED", 3);
    letter(failed);
    var _ = job("brief", "SUCCEEDED", 1);
    var waiting = job("brief", "SCHEDULED", 3);
    var _ = job("usual", "SUCCEEDED", 3);

    await(retention.pass(Instant.now()));

    assertThat(LAB.number("select count(*) from jobs where id in ($1, $2)", old, failed)).isZero();
    assertThat(LAB.number("select count(*) from jobs")).isEqualTo(3);
    assertThat(LAB.number("select count(*) from jobs where id = $1", waiting)).isEqualTo(1);
    assertThat(LAB.number("select count(*) from dead_letters")).isZero();
    assertThat(Traces.ofMissingJobs(LAB)).isEmpty();
    assertThat(LAB.meters().scrape())
        .contains("orchestrix_jobs_deleted_total{reason=\"retention\"}");
  }

  @Test
  void a_job_that_ended_lately_is_kept_however_old_it_is() {
    var late = job("brief", "SUCCEEDED", 10);
    var _ = LAB.rows("update jobs set finished_at = now() - interval '1 h' where id = $1", late);

    await(retention.pass(Instant.now()));

    assertThat(LAB.number("select count(*) from jobs")).isEqualTo(1);
  }

  @Test
  void a_failed_job_whose_time_is_over_and_that_is_being_retried_is_kept() {
    letter(job("brief", "FAILED", 3));
    var connection = await(LAB.postgres().writes().getConnection());
    var transaction = await(connection.begin());
    var _ =
        await(connection.query("update jobs set state = 'PENDING', finished_at = null").execute());

    var pass = retention.pass(Instant.now());
    Lab.until(
        "it waits for whoever retries",
        () ->
            LAB.number("select count(*) from pg_stat_activity where wait_event_type = 'Lock'") > 0);
    await(transaction.commit());
    await(connection.close());
    await(pass);

    assertThat(LAB.number("select count(*) from jobs where state = 'PENDING'")).isEqualTo(1);
  }

  @Test
  void more_than_a_batch_goes_in_one_turn() {
    for (int i = 0; i < 2500; i++) {
      var _ = job("brief", "CANCELLED", 3);
    }

    await(retention.pass(Instant.now()));

    assertThat(LAB.number("select count(*) from jobs")).isZero();
  }

  private void keep(String tenant, @Nullable Duration time) {
    var _ = await(rules.tenants().put(new Tenant(tenant, 1, null, TenantQuotas.NONE, time, false)));
  }

  private static UUID job(String tenant, String state, int hours) {
    var age = Duration.ofHours(hours).toMillis();
    var id = Ids.firstAt(System.currentTimeMillis() - age - 60_000 + ids++);
    var _ =
        LAB.rows(
            """
            insert into jobs (id, tenant, type, state, priority, max_attempts, payload,
                              finished_at)
            values ($1, $2, 'noop', $3::text::job_state, 1, 3, '{}',
                    case when $3::text <> 'SCHEDULED' then now() - $4 * interval '1 h' end)
            """,
            id,
            tenant,
            state,
            hours);
    return id;
  }

  private static void letter(UUID job) {
    var _ =
        LAB.rows(
            "insert into dead_letters select 'brief', $1, 'noop', 'TIMEOUT', 'f', '', now()", job);
  }
}
