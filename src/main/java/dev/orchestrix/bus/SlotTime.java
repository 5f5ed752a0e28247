package dev.orchestrix.bus;

import dev.orchestrix.core.job.Priority;

/**
 * What jobs of one tenant and priority have cost that have ended on a node since its last report.
 *
 * @param jobs how many, 1 or more
 * @param micros how long they held a slot, in all
 */
public record SlotTime(Priority priority, String tenant, int jobs, long micros) {}
