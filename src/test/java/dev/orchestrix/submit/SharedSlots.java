package dev.orchestrix.submit;

import dev.orchestrix.bus.Events;
import dev.orchestrix.tenant.Limits;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.transition.Cancels;
import java.util.Set;

/** What submissions with a concurrency key need, for tests. */
public final class SharedSlots {

  /** Each key has one slot, and jobs wait for it. */
  public static Lanes oneEach(Lab lab) {
    return under(lab, new Limits(lab.vertx(), lab.postgres()));
  }

  /** Keys have the limits that were set. */
  public static Lanes under(Lab lab, Limits limits) {
    var events = new Events(lab.vertx(), Set::of);
    var cancels = new Cancels(lab.vertx(), lab.postgres(), events, lab.meters());
    return new Lanes(limits::concurrencyKey, cancels::displace);
  }

  private SharedSlots() {}
}
