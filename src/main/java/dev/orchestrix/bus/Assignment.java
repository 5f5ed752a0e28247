package dev.orchestrix.bus;

import java.util.List;

/**
 * Dispatcher to executor: claim and run these.
 *
 * @param sent how many jobs the dispatcher has sent to this executor in all, with these
 * @param agedNanos how long ago it asked whether they may start
 */
public record Assignment(int dispatcher, long sent, long agedNanos, List<Delivery> deliveries) {

  public Assignment {
    deliveries = List.copyOf(deliveries);
  }
}
