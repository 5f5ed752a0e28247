package dev.orchestrix.bus;

import java.util.List;

/** Executor to feeders: what jobs have cost. One that is lost makes shares a little less exact. */
public record SlotTimes(List<SlotTime> times) {}
