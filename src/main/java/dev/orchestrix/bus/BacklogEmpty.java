package dev.orchestrix.bus;

import dev.orchestrix.core.job.Priority;

/**
 * The backlog of a priority is empty: new jobs may go straight to the stream.
 *
 * @param room for how many of them there is room in the delivery window, 0 or more
 */
public record BacklogEmpty(Priority priority, int room) {}
