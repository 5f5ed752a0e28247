package dev.orchestrix.node;

import dev.orchestrix.auth.AuditLog;
import dev.orchestrix.config.Settings;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.recover.DeadLetters;
import dev.orchestrix.recover.Housekeeping;
import dev.orchestrix.recover.KeySweep;
import dev.orchestrix.recover.Redrives;
import dev.orchestrix.recover.Retention;
import dev.orchestrix.recover.TenantRemoval;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.redis.TenantTraces;
import dev.orchestrix.store.Chore;
import dev.orchestrix.store.Leadership;
import dev.orchestrix.store.Loop;
import dev.orchestrix.store.Partitions;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.tenant.Rules;
import dev.orchestrix.transition.Cancels;
import dev.orchestrix.transition.Erasing;
import dev.orchestrix.transition.Revivals;
import io.vertx.core.Deployable;
import java.util.List;

/** What the leader does in the background that no job waits for. */
record Upkeep(
    Postgres postgres,
    RedisLink redis,
    Rules rules,
    Leadership leadership,
    Meters meters,
    Settings settings) {

  List<Deployable> verticles(Partitions partitions, Cancels cancels, Revivals revivals) {
    var usual = settings.retention().jobs();
    return List.of(
        loop(
            new Housekeeping(
                partitions,
                new DeadLetters(postgres),
                rules.quotas(),
                usual,
                now -> new AuditLog(postgres).forget(now, settings.retention().audit()))),
        new Redrives(postgres, revivals, leadership, meters),
        loop(new KeySweep(postgres)),
        loop(
            new TenantRemoval(
                rules.tenants(), postgres, cancels, new TenantTraces(redis), leadership, meters)),
        loop(new Retention(rules.tenants(), new Erasing(postgres), meters, usual)));
  }

  private Loop loop(Chore chore) {
    return new Loop(chore, leadership, meters);
  }
}
