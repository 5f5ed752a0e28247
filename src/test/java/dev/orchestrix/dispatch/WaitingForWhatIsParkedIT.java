package dev.orchestrix.dispatch;

import static dev.orchestrix.testkit.Lab.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.admission.Admission;
import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.Assignment;
import dev.orchestrix.bus.Grant;
import dev.orchestrix.outbox.Backlog;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.outbox.Held;
import dev.orchestrix.redis.Keys;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.redis.Streams;
import dev.orchestrix.tenant.Rules;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Unlimited;
import io.vertx.redis.client.Command;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A dispatcher has nothing to read, and something is parked. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class WaitingForWhatIsParkedIT {
  private static final int NODE = 1;
  @RegisterExtension static final Lab LAB = new Lab();

  @Test
  void redis_is_made_to_look_while_something_is_parked_and_what_is_due_then_is_sent() {
    var assigned = LAB.<Assignment>overhear(Addresses.execute(NODE));
    var later = LAB.ready(1).getFirst().entry();
    var entry = LAB.ready(1).getFirst().entry();
    var blocking = new RedisLink(LAB.vertx(), LAB.settings().redis());
    var streams = new Streams(LAB.redis(), blocking);
    await(streams.prepare());
    long hence = System.currentTimeMillis() + Duration.ofHours(1).toMillis();
    var _ = LAB.redis(Command.ZADD, Keys.PARKED, hence, later.value());
    var _ = LAB.redis(Command.CONFIG, "RESETSTAT");

    LAB.deploy(dispatcher(streams));
    LAB.vertx().eventBus().publish(Addresses.grants(NODE), new Grant(NODE, 10));
    Lab.until("it is made to look", () -> statistics().contains("cmdstat_ping:"));
    var _ = LAB.redis(Command.ZADD, Keys.PARKED, 0, entry.value());

    var assignment = assigned.next();
    assertThat(assignment.deliveries()).extracting(one -> one.entry()).containsExactly(entry);
    assertThat(assignment.agedNanos()).isPositive();
    await(blocking.close());
  }

  private static String statistics() {
    return String.valueOf(LAB.redis(Command.INFO, "commandstats"));
  }

  private static Dispatcher dispatcher(Streams streams) {
    var rules = Rules.of(LAB.vertx(), LAB.postgres(), LAB.meters());
    return new Dispatcher(
        NODE,
        streams,
        new Admission(LAB.redis(), rules, Unlimited.circuits(LAB)),
        new Returns(
            new Backlog(LAB.postgres(), NODE),
            new Held(LAB.postgres(), NODE),
            new Gates(LAB.vertx())),
        LAB.meters(),
        LAB.settings().dispatch());
  }
}
