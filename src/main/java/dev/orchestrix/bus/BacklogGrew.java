package dev.orchestrix.bus;

import dev.orchestrix.core.job.Priority;
import java.util.Collection;
import java.util.List;

/**
 * The backlog of a priority has jobs that the feeder may not know of.
 *
 * @param tenants whose; empty when that is not known
 * @param returned whether they were away already, and stand before jobs that were fed meanwhile
 */
public record BacklogGrew(Priority priority, List<String> tenants, boolean returned) {
  public BacklogGrew {
    tenants = List.copyOf(tenants);
  }

  /** Jobs of these tenants, each of which may be named more than once. */
  public static BacklogGrew of(Priority priority, Collection<String> tenants) {
    return new BacklogGrew(priority, tenants.stream().distinct().toList(), false);
  }

  /** Jobs of these tenants that were on a stream, or ran, and are back. */
  public static BacklogGrew returned(Priority priority, Collection<String> tenants) {
    return new BacklogGrew(priority, tenants.stream().distinct().toList(), true);
  }
}
