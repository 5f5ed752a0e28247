package dev.orchestrix.bus;

import java.util.List;

/** Dispatcher to executor: claim and run these; each uses up one of the slots you granted. */
public record Assignment(int dispatcher, List<Delivery> deliveries) {

  public Assignment {
    deliveries = List.copyOf(deliveries);
  }
}
