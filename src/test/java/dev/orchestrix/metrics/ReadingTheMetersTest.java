package dev.orchestrix.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.job.Priority;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ReadingTheMetersTest {
  private final Meters meters = new Meters();

  @AfterEach
  void close() {
    meters.close();
  }

  @Test
  void jobs_are_counted_by_tenant_type_and_priority() {
    meters.created("acme", "mail", Priority.HIGH, 3);
    meters.created("acme", "mail", Priority.HIGH, 4);

    assertThat(meters.scrape())
        .contains(
            "orchestrix_jobs_created_total{priority=\"high\",tenant=\"acme\",type=\"mail\"} 7.0");
  }

  @Test
  void every_end_of_a_job_has_its_own_counter() {
    meters.succeeded("acme", "mail", 5);
    meters.failed("acme", "mail", 1);
    meters.cancelled("acme", "mail", 2);
    meters.retried("acme", "mail", 3);

    assertThat(meters.scrape())
        .contains("orchestrix_jobs_succeeded_total{tenant=\"acme\",type=\"mail\"} 5.0")
        .contains("orchestrix_jobs_failed_total{tenant=\"acme\",type=\"mail\"} 1.0")
        .contains("orchestrix_jobs_cancelled_total{tenant=\"acme\",type=\"mail\"} 2.0")
        .contains("orchestrix_jobs_retried_total{tenant=\"acme\",type=\"mail\"} 3.0");
  }

  @Test
  void durations_fall_into_buckets_from_a_millisecond_to_an_hour() {
    meters.duration("mail", Duration.ofMillis(3));

    assertThat(meters.scrape())
        .contains("orchestrix_job_duration_seconds_bucket{type=\"mail\",le=\"0.001\"} 0")
        .contains("orchestrix_job_duration_seconds_bucket{type=\"mail\",le=\"0.005\"} 1")
        .contains("orchestrix_job_duration_seconds_bucket{type=\"mail\",le=\"3600.0\"} 1")
        .contains("orchestrix_job_duration_seconds_count{type=\"mail\"} 1");
  }

  @Test
  void waiting_is_shown_by_priority() {
    meters.queueLatency(Priority.LOW, Duration.ofNanos(400_000));
    meters.queueDepth(Priority.LOW, "backlog", 12);
    meters.queueDepth(Priority.LOW, "backlog", 11);

    assertThat(meters.scrape())
        .contains("orchestrix_queue_latency_seconds_bucket{priority=\"low\",le=\"5.0E-4\"} 1")
        .contains("orchestrix_queue_depth{place=\"backlog\",priority=\"low\"} 11.0");
  }

  @Test
  void what_the_engine_does_inside_is_counted_by_its_reason() {
    meters.batch("submit", 40);
    meters.dropped("stale", 2);
    meters.violation("drained");
    meters.failure("jobs insert");
    meters.recovered("jobs", 9);
    meters.running(() -> 17);

    assertThat(meters.scrape())
        .contains("orchestrix_batch_size_sum{lane=\"submit\"} 40.0")
        .contains("orchestrix_entries_dropped_total{reason=\"stale\"} 2.0")
        .contains("orchestrix_invariant_violations_total{invariant=\"drained\"} 1.0")
        .contains("orchestrix_operation_failures_total{operation=\"jobs insert\"} 1.0")
        .contains("orchestrix_recovered_total{what=\"jobs\"} 9.0")
        .contains("orchestrix_jobs_running 17.0");
  }

  @Test
  void the_virtual_machine_is_shown_as_well() {
    assertThat(meters.scrape())
        .contains("jvm_memory_used_bytes{area=\"heap\"")
        .contains("jvm_threads_live_threads")
        .contains("process_cpu_usage");
  }

  @Test
  void more_tenants_than_a_meter_has_room_for_are_counted_together() {
    for (int tenant = 0; tenant < Meters.LABEL_SETS + 25; tenant++) {
      meters.succeeded("t" + tenant, "mail", 1);
    }

    assertThat(meters.scrape())
        .contains("orchestrix_jobs_succeeded_total{tenant=\"t999\",type=\"mail\"} 1.0")
        .contains("orchestrix_jobs_succeeded_total{tenant=\"other\",type=\"other\"} 25.0")
        .contains("orchestrix_meters_folded_total{meter=\"orchestrix_jobs_succeeded_total\"} 25.0")
        .doesNotContain("t1000");
  }
}
