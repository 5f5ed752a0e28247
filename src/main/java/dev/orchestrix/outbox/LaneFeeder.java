package dev.orchestrix.outbox;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.LaneName;
import dev.orchestrix.bus.LanesMoved;
import dev.orchestrix.core.fault.CrashPoint;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.Ids;
import dev.orchestrix.store.Leadership;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the jobs of lanes called where something has moved, and looks at all lanes now and then. */
public final class LaneFeeder extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(LaneFeeder.class);
  private static final LaneName BEGINNING = new LaneName("", "");
  private static final Duration IDLE = Duration.ofMillis(500);
  private static final Duration BUSY = Duration.ofMillis(1);

  /** Between two steps of a walk, so that it leaves Postgres to others. */
  private static final Duration WALKING = Duration.ofMillis(50);

  private static final Duration LONGEST_TURN = Duration.ofSeconds(60);
  private static final long WALK_EVERY_NANOS = IDLE.toNanos();

  /** After this long those that were passed over are looked at again. */
  private static final long LOOK_BACK_NANOS = Duration.ofSeconds(5).toNanos();

  private static final int MOST_LANES = 200;
  private static final int MOST_JOBS = 2000;
  private static final int PAGE = 100;

  private final Calls calls;
  private final Relay relay;
  private final Gates gates;
  private final ToIntFunction<LaneName> slots;
  private final Leadership leadership;
  private final Meters meters;

  /** What is heard while a turn is under way is for the next one. */
  private final Set<LaneName> moved = new LinkedHashSet<>();

  /** What the turn that is under way has heard of. */
  private Set<LaneName> news = Set.of();

  /** Lanes in which more had to be passed over than one look shows: where the next look begins. */
  private final Map<LaneName, Reached> reached = new HashMap<>();

  /**
   * @param place all jobs that stood before it, or on it, waited for a time
   * @param searching whether there were free slots, and nobody to be called yet
   */
  private record Reached(long place, boolean searching) {}

  private LaneName walkedTo = BEGINNING;
  private boolean walking = true;
  private long walkedAt = System.nanoTime();
  private long lookedBackAt = System.nanoTime();
  private long timer = -1;
  private boolean calling;
  private boolean stopping;

  /**
   * @param slots how many jobs of a lane may run at once
   */
  public LaneFeeder(
      Calls calls,
      Relay relay,
      Gates gates,
      ToIntFunction<LaneName> slots,
      Leadership leadership,
      Meters meters) {
    this.calls = calls;
    this.relay = relay;
    this.gates = gates;
    this.slots = slots;
    this.leadership = leadership;
    this.meters = meters;
  }

  @Override
  public Future<?> start() {
    var consumer = vertx.eventBus().<LanesMoved>consumer(Addresses.LANES_MOVED);
    consumer.handler(message -> moved(message.body()));
    leadership.onElected(() -> context.runOnContext(_ -> moved(new LanesMoved(List.of()))));
    arm(IDLE);
    return consumer.completion();
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    return Future.succeededFuture();
  }

  private void moved(LanesMoved news) {
    if (!leadership.leads()) {
      return;
    }
    moved.addAll(news.lanes());
    walking |= news.lanes().isEmpty();
    if (!calling) {
      arm(BUSY);
    }
  }

  /** Re-armed after the work, so that a slow turn delays the next and never overlaps it. */
  private void arm(Duration pause) {
    vertx.cancelTimer(timer);
    timer = vertx.setTimer(pause.toMillis(), _ -> look());
  }

  private void look() {
    if (stopping || calling) {
      return;
    }
    meters.turned("lane_feeder");
    if (!leadership.leads()) {
      moved.clear();
      arm(IDLE);
      return;
    }
    calling = true;
    lanes()
        .compose(this::call)
        .timeout(LONGEST_TURN.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(this::failed)
        .onComplete(
            _ -> {
              calling = false;
              arm(!moved.isEmpty() ? BUSY : walking ? WALKING : IDLE);
            });
  }

  private void failed(Throwable error) {
    walking = true;
    meters.failure("lane_feeder");
    LOG.warn("jobs with concurrency keys not called; they wait {}: {}", IDLE, error.getMessage());
  }

  /** Those that something has moved in, and a page of all of them when it is time. */
  private Future<Set<LaneName>> lanes() {
    lookBack();
    news = moved.stream().limit(MOST_LANES).collect(Collectors.toSet());
    moved.removeAll(news);
    walking |= System.nanoTime() - walkedAt > WALK_EVERY_NANOS;
    if (!walking) {
      return Future.succeededFuture(news);
    }
    return calls
        .names(walkedTo, MOST_LANES)
        .map(
            page -> {
              walking = page.size() == MOST_LANES;
              walkedTo = walking ? page.getLast() : BEGINNING;
              walkedAt = System.nanoTime();
              var lanes = new LinkedHashSet<>(news);
              lanes.addAll(page);
              return lanes;
            });
  }

  private void lookBack() {
    if (System.nanoTime() - lookedBackAt > LOOK_BACK_NANOS) {
      reached.values().removeIf(one -> !one.searching);
      lookedBackAt = System.nanoTime();
    }
  }

  private Future<Void> call(Set<LaneName> lanes) {
    if (lanes.isEmpty()) {
      return Future.succeededFuture();
    }
    var asked = new ArrayList<Calls.Asked>(lanes.size());
    for (var lane : lanes) {
      var from = reached.get(lane);
      asked.add(new Calls.Asked(lane, slots.applyAsInt(lane), from == null ? 0 : from.place));
    }
    var batch = Ids.next();
    return calls
        .call(asked, PAGE, MOST_JOBS, batch)
        .compose(
            turn -> {
              if (!turn.straight().isEmpty()) {
                CrashPoint.CALLED.reach();
              }
              turn.idle().forEach(reached::remove);
              turn.unfinished().forEach(one -> goOn(one, news.contains(one.name())));
              return send(turn, batch);
            });
  }

  /** A lane that nothing was heard of is searched a step with each walk: that costs little. */
  private void goOn(Calls.Asked unfinished, boolean atOnce) {
    reached.put(unfinished.name(), new Reached(unfinished.after(), true));
    if (atOnce) {
      moved.add(unfinished.name());
    }
  }

  private Future<Void> send(Calls.Turn turn, UUID batch) {
    gates.returned(turn.waiting());
    return turn.straight().isEmpty()
        ? Future.succeededFuture()
        : relay.relay(batch, turn.straight());
  }
}
