package dev.orchestrix.node;

import dev.orchestrix.admission.Admission;
import dev.orchestrix.admission.Rooms;
import dev.orchestrix.circuit.Circuits;
import dev.orchestrix.outbox.Marking;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.tenant.Limits;
import dev.orchestrix.tenant.Pauses;
import dev.orchestrix.tenant.Tenants;
import io.vertx.core.Future;

/** What may keep jobs from starting, as this node has it in memory, and what asks for it. */
record Rules(Tenants tenants, Limits limits, Pauses pauses, Circuits circuits) {

  /** Reads all of it and listens for changes from then on. */
  Future<?> start() {
    return Future.join(tenants.start(), limits.start(), pauses.start(), circuits.start());
  }

  /** Asks Postgres no more. */
  void stop() {
    tenants.stop();
    limits.stop();
    pauses.stop();
    circuits.stop();
  }

  Marking marking(Postgres postgres) {
    return new Marking(postgres, limits, pauses, circuits);
  }

  Admission admission(RedisLink redis) {
    return new Admission(redis, tenants, limits, pauses, circuits);
  }

  Rooms rooms(RedisLink redis) {
    return new Rooms(redis, tenants, limits, pauses, circuits);
  }
}
