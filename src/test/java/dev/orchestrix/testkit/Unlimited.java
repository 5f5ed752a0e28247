package dev.orchestrix.testkit;

import dev.orchestrix.admission.Settlement;
import dev.orchestrix.admission.SlotReturns;
import dev.orchestrix.circuit.Circuits;
import dev.orchestrix.outbox.Marking;
import dev.orchestrix.tenant.Rules;

/** What asks for limits, where there are none. */
public final class Unlimited {

  public static Marking marking(Lab lab) {
    return new Marking(
        lab.postgres(), Rules.of(lab.vertx(), lab.postgres(), lab.meters()), circuits(lab));
  }

  public static SlotReturns slots(Lab lab) {
    var rules = Rules.of(lab.vertx(), lab.postgres(), lab.meters());
    return new SlotReturns(lab.vertx(), lab.redis(), lab.postgres(), rules, lab.meters());
  }

  public static Settlement settlement(Lab lab) {
    return new Settlement(lab.redis(), Rules.of(lab.vertx(), lab.postgres(), lab.meters()));
  }

  /** Circuits as a node has them that has read nothing: all are closed. */
  public static Circuits circuits(Lab lab) {
    return new Circuits(lab.vertx(), lab.postgres(), lab.meters(), lab.settings().circuit());
  }

  private Unlimited() {}
}
