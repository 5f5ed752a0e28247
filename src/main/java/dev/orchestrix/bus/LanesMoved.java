package dev.orchestrix.bus;

import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.List;

/**
 * In some lanes jobs were added, have ended or have become ready.
 *
 * @param lanes which; empty when that is not known, or they are too many to name
 */
public record LanesMoved(List<LaneName> lanes) {
  private static final int MOST_NAMES = 200;

  public LanesMoved {
    lanes = List.copyOf(lanes);
  }

  /** Each lane named once, as far as that is worth its bytes. */
  public static LanesMoved of(Collection<LaneName> lanes) {
    var names = lanes.stream().distinct().toList();
    return new LanesMoved(names.size() > MOST_NAMES ? List.of() : names);
  }

  /** Tells whoever calls the jobs of lanes; nobody, when there are none. */
  public static void tell(Vertx vertx, Collection<LaneName> lanes) {
    if (!lanes.isEmpty()) {
      vertx.eventBus().publish(Addresses.LANES_MOVED, of(lanes));
    }
  }
}
