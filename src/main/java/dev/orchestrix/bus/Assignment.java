package dev.orchestrix.bus;

import java.util.List;

/**
 * Dispatcher to executor: claim and run these.
 *
 * @param sent how many jobs the dispatcher has sent to this executor in all, with these
 */
public record Assignment(int dispatcher, long sent, List<Delivery> deliveries) {

  public Assignment {
    deliveries = List.copyOf(deliveries);
  }
}
