package dev.orchestrix.query;

import dev.orchestrix.core.job.Clocks;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A job with all that is known of it.
 *
 * @param failures attempts that counted against the most it may have
 * @param crashes attempts whose node died
 * @param timeout how long one attempt may run, or null for the handler's own limit
 * @param clocks what else limits its time
 * @param retry the job's own policy as it is stored, or null for the default
 * @param trace the W3C trace id it was submitted under, or null
 * @param payload JSON text
 * @param result JSON text, or null for none
 * @param errors JSON array, one object for each failed attempt, or null for none
 * @param report JSON object: progress and log lines of the latest attempts, or null for none
 * @param checkpoint JSON that an attempt left for the next, or null for none
 * @param cancelling whether it runs and was asked to end
 */
public record JobDetail(
    JobSummary summary,
    int failures,
    int crashes,
    @Nullable Duration timeout,
    Clocks clocks,
    @Nullable String retry,
    @Nullable String trace,
    String payload,
    @Nullable String result,
    @Nullable String errors,
    @Nullable String report,
    @Nullable String checkpoint,
    boolean cancelling) {}
