package dev.orchestrix.testkit;

import dev.orchestrix.admission.SlotReturns;
import dev.orchestrix.circuit.Circuits;
import dev.orchestrix.outbox.Marking;
import dev.orchestrix.tenant.Limits;
import dev.orchestrix.tenant.Pauses;
import dev.orchestrix.tenant.Tenants;

/** What asks for limits, where there are none. */
public final class Unlimited {

  public static Marking marking(Lab lab) {
    return new Marking(
        lab.postgres(),
        new Limits(lab.vertx(), lab.postgres()),
        new Pauses(lab.vertx(), lab.postgres()),
        circuits(lab));
  }

  public static SlotReturns slots(Lab lab) {
    var limits = new Limits(lab.vertx(), lab.postgres());
    var tenants = new Tenants(lab.vertx(), lab.postgres());
    return new SlotReturns(lab.vertx(), lab.redis(), lab.postgres(), tenants, limits, lab.meters());
  }

  /** Circuits as a node has them that has read nothing: all are closed. */
  public static Circuits circuits(Lab lab) {
    return new Circuits(lab.vertx(), lab.postgres(), lab.meters(), lab.settings().circuit());
  }

  private Unlimited() {}
}
