package dev.orchestrix.execute;

import static dev.orchestrix.testkit.Lab.await;

import dev.orchestrix.admission.Settlement;
import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.Assignment;
import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Events;
import dev.orchestrix.circuit.Breakers;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.redis.Streams;
import dev.orchestrix.redis.TimerSet;
import dev.orchestrix.store.NodeLease;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Unlimited;
import dev.orchestrix.transition.Cancels;
import dev.orchestrix.transition.Claims;
import dev.orchestrix.transition.Endings;
import dev.orchestrix.transition.Notes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An executor without a dispatcher: a test assigns jobs to it, and says what running one means. */
final class OneExecutor {

  /** What a handler does. */
  interface Work {
    @Nullable String run(JobContext job) throws Exception;
  }

  private record Handler(String type, Work work) implements JobHandler {
    @Override
    public @Nullable String run(JobContext job) throws Exception {
      return work.run(job);
    }
  }

  private final Lab lab;
  private final int node;
  private final NodeLease lease;
  private final String deployment;
  private long sent;

  private OneExecutor(Lab lab, int node, NodeLease lease, String deployment) {
    this.lab = lab;
    this.node = node;
    this.lease = lease;
    this.deployment = deployment;
  }

  /** Starts one that hands back at once what runs when it stops. */
  static OneExecutor start(Lab lab, int node, Work work) {
    return start(lab, node, Unlimited.settlement(lab), work);
  }

  /**
   * The same under limits.
   *
   * @param settlement gives back what was taken for jobs that do not start
   */
  static OneExecutor start(Lab lab, int node, Settlement settlement, Work work) {
    lab.node(node);
    var vertx = lab.vertx();
    var url = lab.settings().postgres().url();
    var settings = Lab.settings(url, Map.of("shutdown.grace", "0s"));
    var postgres = lab.postgres();
    var meters = new Meters();
    var events = new Events(vertx, Set::of);
    var timers = new TimerSet(lab.redis());
    var gates = new Gates(vertx);
    var lease = new NodeLease(Duration.ofHours(1));
    var executor =
        new Executor(
            node,
            true,
            lease,
            new Claims(vertx, postgres, meters, settings.execute(), node),
            new Outcomes(
                new Endings(vertx, postgres, timers, gates, events, meters, settings.execute()),
                Unlimited.slots(lab),
                settlement),
            new Cancels(vertx, postgres, events, meters),
            new Flusher(vertx, new Notes(vertx, postgres, meters)),
            new Streams(lab.redis(), lab.redis()),
            new Handlers(Map.of("noop", new Handler("noop", work))),
            closed(lab),
            events,
            meters,
            settings);
    return new OneExecutor(lab, node, lease, await(vertx.deployVerticle(executor)));
  }

  /** What asks for circuits, where all are closed. */
  static CircuitGuard closed(Lab lab) {
    var circuits = Unlimited.circuits(lab);
    var settings = lab.settings().circuit();
    return new CircuitGuard(circuits, new Breakers(circuits, settings), settings);
  }

  void assign(List<Delivery> jobs) {
    assign(jobs, 0);
  }

  /** Assigns jobs that were admitted so long ago. */
  void assign(List<Delivery> jobs, long agedNanos) {
    sent += jobs.size();
    var assignment = new Assignment(node, sent, agedNanos, jobs);
    lab.vertx().eventBus().send(Addresses.execute(node), assignment);
  }

  /** Its node may run nothing any more. */
  void loseLease() {
    lease.lose();
  }

  /** Stops it, if it runs, after it has handed back what it ran. */
  void stop() {
    if (lab.vertx().deploymentIDs().contains(deployment)) {
      var _ = await(lab.vertx().undeploy(deployment));
    }
  }
}
