package dev.orchestrix.outbox;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.core.fair.DeliveryWindow;
import dev.orchestrix.core.fault.CrashPoint;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.redis.Flow;
import dev.orchestrix.store.Ids;
import dev.orchestrix.store.Leadership;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves jobs of one priority from the backlog to its stream, up to the delivery window. */
public final class Feeder extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(Feeder.class);
  private static final UUID BEGINNING = new UUID(0, 0);
  private static final Duration IDLE = Duration.ofMillis(500);
  private static final Duration BUSY = Duration.ofMillis(5);
  private static final Duration LONGEST_TURN = Duration.ofSeconds(60);
  private static final int MOST_TENANTS = 1000;
  private static final int MOST_JOBS = 2000;

  /** After this long the heads of the backlog are looked at again, for ids that came late. */
  private static final long FORGET_PLACES_NANOS = Duration.ofSeconds(5).toNanos();

  private final Priority priority;
  private final Backlog backlog;
  private final Relay relay;
  private final Flow flow;
  private final Leadership leadership;
  private final Meters meters;
  private final DeliveryWindow window;

  /** Where the last look ended, per tenant: what was deleted before it is not walked over again. */
  private final Map<String, UUID> places = new HashMap<>();

  private List<String> tenants = List.of();
  private int begin;
  private boolean waiting;
  private long forgottenAt = System.nanoTime();
  private long measuredAt = System.nanoTime();
  private long doneBefore;
  private long timer = -1;
  private boolean feeding;
  private boolean again;
  private boolean stopping;

  public Feeder(
      Priority priority,
      Backlog backlog,
      Relay relay,
      Flow flow,
      Leadership leadership,
      Meters meters,
      Duration work) {
    this.priority = priority;
    this.backlog = backlog;
    this.relay = relay;
    this.flow = flow;
    this.leadership = leadership;
    this.meters = meters;
    this.window = new DeliveryWindow(work);
  }

  @Override
  public Future<?> start() {
    var consumer = vertx.eventBus().<String>consumer(Addresses.BACKLOG_GREW);
    consumer.handler(
        message -> {
          if (message.body().equals(priority.label())) {
            wake();
          }
        });
    leadership.onElected(() -> context.runOnContext(_ -> wake()));
    wake();
    return consumer.completion();
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    return Future.succeededFuture();
  }

  /** Until a look says otherwise somebody waits, even when there is no room to look now. */
  private void wake() {
    again = true;
    waiting = true;
    if (!feeding) {
      arm(Duration.ofMillis(1));
    }
  }

  /** Re-armed after the work, so that a slow turn delays the next and never overlaps it. */
  private void arm(Duration pause) {
    vertx.cancelTimer(timer);
    timer = vertx.setTimer(Math.max(1, pause.toMillis()), _ -> feed());
  }

  private void feed() {
    if (stopping || feeding) {
      return;
    }
    meters.turned("feeder_" + priority.label());
    if (!leadership.leads()) {
      arm(IDLE);
      return;
    }
    feeding = true;
    again = false;
    flow.depths()
        .compose(this::turn)
        .timeout(LONGEST_TURN.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(this::failed)
        .onComplete(
            done -> {
              feeding = false;
              boolean busy = again || waiting;
              arm(done.failed() || !busy ? IDLE : BUSY);
            });
  }

  private void failed(Throwable error) {
    meters.failure("feeder");
    LOG.warn("priority={} not fed; its backlog waits {}", priority.label(), IDLE, error);
  }

  private Future<Void> turn(Flow.Depths depths) {
    long length = depths.lengths().get(priority.code());
    meters.queueDepth(priority, "stream", length);
    measure(depths.done().get(priority.code()), length);
    long room = window.size() - length;
    if (room < Math.max(1, window.size() / 4)) {
      return Future.succeededFuture();
    }
    return candidates(depths.held())
        .compose(names -> names.isEmpty() ? nobody(depths.held()) : move(names, (int) room));
  }

  private void measure(long done, long length) {
    long now = System.nanoTime();
    var elapsed = Duration.ofNanos(Math.max(1, now - measuredAt));
    window.observe(Math.max(0, done - doneBefore), elapsed, waiting && length < window.size() / 8);
    doneBefore = done;
    measuredAt = now;
  }

  private Future<List<String>> candidates(Map<String, Duration> held) {
    if (System.nanoTime() - forgottenAt > FORGET_PLACES_NANOS) {
      places.clear();
      tenants = List.of();
      forgottenAt = System.nanoTime();
    }
    var known =
        tenants.isEmpty()
            ? backlog.waiting(priority, MOST_TENANTS)
            : Future.succeededFuture(tenants);
    return known.map(
        names -> {
          tenants = names;
          waiting = !names.isEmpty();
          return names.stream().filter(name -> !held.containsKey(name)).toList();
        });
  }

  private Future<Void> nobody(Map<String, Duration> held) {
    if (waiting) {
      tenants = List.of();
      again = !held.isEmpty();
      return Future.succeededFuture();
    }
    return flow.set(priority, window.size(), false)
        .onSuccess(_ -> vertx.eventBus().publish(Addresses.BACKLOG_EMPTY, priority.label()));
  }

  private Future<Void> move(List<String> names, int room) {
    var batch = Ids.next();
    int amount = Math.min(room, MOST_JOBS);
    var turns = turns(names, amount);
    return flow.set(priority, window.size(), true)
        .onSuccess(_ -> CrashPoint.FEEDING.reach())
        .compose(_ -> backlog.feed(priority, turns, amount, batch))
        .compose(
            fed -> {
              CrashPoint.FED.reach();
              learn(turns, fed, amount);
              return fed.isEmpty()
                  ? Future.succeededFuture()
                  : relay.relay(batch, fed.stream().map(Backlog.Fed::entry).toList());
            });
  }

  /** Whoever was left out comes first the next time. */
  private List<Backlog.Turn> turns(List<String> names, int amount) {
    int quota = Math.ceilDiv(amount, names.size());
    int served = Math.min(names.size(), Math.ceilDiv(amount, quota));
    var turns = new ArrayList<Backlog.Turn>(served);
    for (int i = 0; i < served; i++) {
      var name = names.get((begin + i) % names.size());
      turns.add(new Backlog.Turn(name, places.getOrDefault(name, BEGINNING), quota));
    }
    begin = (begin + served) % names.size();
    return turns;
  }

  /**
   * A tenant that gave less than it might has nothing behind its place: the next turn looks anew.
   */
  private void learn(List<Backlog.Turn> turns, List<Backlog.Fed> fed, int amount) {
    var gave = new HashMap<String, Integer>();
    for (var one : fed) {
      gave.merge(one.entry().tenant(), 1, Integer::sum);
      places.merge(one.entry().tenant(), one.row(), Ids::later);
    }
    for (var turn : turns) {
      int least = fed.size() < amount ? turn.quota() : 1;
      if (gave.getOrDefault(turn.tenant(), 0) < least) {
        places.remove(turn.tenant());
        tenants = List.of();
      }
    }
  }
}
