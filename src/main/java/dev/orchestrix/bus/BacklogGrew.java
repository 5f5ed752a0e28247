package dev.orchestrix.bus;

import dev.orchestrix.core.job.Priority;
import java.util.Collection;
import java.util.List;

/**
 * The backlog of a priority has jobs that the feeder may not know of.
 *
 * @param tenants whose; empty when that is not known
 */
public record BacklogGrew(Priority priority, List<String> tenants) {
  public BacklogGrew {
    tenants = List.copyOf(tenants);
  }

  /** Jobs of these tenants, each of which may be named more than once. */
  public static BacklogGrew of(Priority priority, Collection<String> tenants) {
    return new BacklogGrew(priority, tenants.stream().distinct().toList());
  }
}
