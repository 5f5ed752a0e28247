package dev.orchestrix.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import org.jspecify.annotations.Nullable;

/**
 * Every meter of the engine by the name that /metrics shows. Dashboards and alerts use these names:
 * never rename.
 */
final class MeterNames {
  static final String CREATED = "orchestrix_jobs_created_total";
  static final String REPEATED = "orchestrix_submissions_repeated_total";
  static final String REFUSED = "orchestrix_requests_refused_total";
  static final String SUCCEEDED = "orchestrix_jobs_succeeded_total";
  static final String FAILED = "orchestrix_jobs_failed_total";
  static final String CANCELLED = "orchestrix_jobs_cancelled_total";
  static final String RETRIED = "orchestrix_jobs_retried_total";
  static final String REVIVED = "orchestrix_jobs_revived_total";
  static final String DELETED = "orchestrix_jobs_deleted_total";
  static final String RUNNING = "orchestrix_jobs_running";
  static final String DURATION = "orchestrix_job_duration_seconds";
  static final String QUEUE_LATENCY = "orchestrix_queue_latency_seconds";
  static final String QUEUE_DEPTH = "orchestrix_queue_depth";
  static final String BATCH_SIZE = "orchestrix_batch_size";
  static final String DROPPED = "orchestrix_entries_dropped_total";
  static final String VIOLATIONS = "orchestrix_invariant_violations_total";
  static final String FAILURES = "orchestrix_operation_failures_total";
  static final String RECOVERED = "orchestrix_recovered_total";
  static final String CIRCUIT_STATE = "orchestrix_circuit_state";
  static final String CIRCUITS_MOVED = "orchestrix_circuit_transitions_total";
  static final String LOOP_AGE = "orchestrix_loop_age_seconds";
  static final String FOLDED = "orchestrix_meters_folded_total";

  /**
   * Keeps the names above as they are. The usual convention would take {@code _created} for a
   * suffix of its own and cut it off; it still names the meters of the JVM.
   */
  static final NamingConvention CONVENTION = new AsWritten();

  private static final class AsWritten extends PrometheusNamingConvention {
    @Override
    public String name(String name, Meter.Type type, @Nullable String baseUnit) {
      return name.startsWith("orchestrix_") ? name : super.name(name, type, baseUnit);
    }
  }

  private MeterNames() {}
}
