package dev.orchestrix.outbox;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.BacklogEmpty;
import dev.orchestrix.bus.BacklogGrew;
import dev.orchestrix.bus.SlotTimes;
import dev.orchestrix.core.fair.DeliveryWindow;
import dev.orchestrix.core.fair.FairOrder;
import dev.orchestrix.core.fault.CrashPoint;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.core.retry.Backoff;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.redis.Flow;
import dev.orchestrix.store.Ids;
import dev.orchestrix.store.Leadership;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves jobs of one priority from the backlog to its stream, up to the delivery window. */
public final class Feeder extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(Feeder.class);
  private static final Duration IDLE = Duration.ofMillis(500);
  private static final Duration BUSY = Duration.ofMillis(5);
  private static final Duration LONGEST_TURN = Duration.ofSeconds(60);

  /** Tenants found in one look; with more of them a walk takes as many turns as it takes. */
  private static final int MOST_TENANTS = 1000;

  private static final int MOST_JOBS = 2000;

  /** Tenants that are asked in one turn beside those that could fill it. */
  private static final int MOST_SPARE = 500;

  /** After this long all who wait are looked for again, also for ids that came late. */
  private static final long WALK_EVERY_NANOS = Duration.ofSeconds(5).toNanos();

  private final Priority priority;
  private final Backlog backlog;
  private final Relay relay;
  private final Flow flow;
  private final Leadership leadership;
  private final Meters meters;
  private final DeliveryWindow window;
  private final ToIntFunction<String> atOnce;
  private final BooleanSupplier paused;
  private final FairOrder order;
  private final Backoff backoff = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1));

  private final Places places = new Places();

  /** How many jobs tenants were asked for lately for each that they gave. */
  private double askedPerJob = 1;

  /** Where the next look for waiting tenants begins. */
  private String lookedUntil = "";

  private boolean looking = true;
  private long walkedAt = System.nanoTime();
  private long measuredAt = System.nanoTime();
  private long doneBefore;
  private long timer = -1;
  private boolean feeding;
  private boolean again;
  private boolean stopping;

  /**
   * @param work how much work, in time, may be on the stream
   * @param shares what a tenant's share of the slots is
   * @param atOnce how many jobs of a tenant may be moved at once, 0 while it may have none; what
   *     does not fit its rate would only come back, and others would have waited for it
   * @param paused whether the whole priority is to wait
   */
  public Feeder(
      Priority priority,
      Backlog backlog,
      Relay relay,
      Flow flow,
      Leadership leadership,
      Meters meters,
      Duration work,
      ToIntFunction<String> shares,
      ToIntFunction<String> atOnce,
      BooleanSupplier paused) {
    this.priority = priority;
    this.backlog = backlog;
    this.relay = relay;
    this.flow = flow;
    this.leadership = leadership;
    this.meters = meters;
    this.window = new DeliveryWindow(work);
    this.atOnce = atOnce;
    this.paused = paused;
    this.order = new FairOrder(shares);
  }

  @Override
  public Future<?> start() {
    var grown = vertx.eventBus().<BacklogGrew>consumer(Addresses.BACKLOG_GREW);
    grown.handler(message -> grew(message.body()));
    var spent = vertx.eventBus().<SlotTimes>consumer(Addresses.SLOT_TIMES);
    spent.handler(message -> spent(message.body()));
    leadership.onElected(() -> context.runOnContext(_ -> wake()));
    wake();
    return Future.join(grown.completion(), spent.completion());
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    return Future.succeededFuture();
  }

  private void grew(BacklogGrew news) {
    if (news.priority() != priority) {
      return;
    }
    news.tenants().forEach(order::waits);
    boolean unknown = news.tenants().isEmpty();
    if (news.returned() && unknown) {
      places.forgetAll();
    } else if (news.returned()) {
      news.tenants().forEach(places::forget);
    }
    looking |= unknown;
    wake();
  }

  private void spent(SlotTimes report) {
    for (var one : report.times()) {
      if (one.priority() == priority) {
        order.spent(one.tenant(), one.jobs(), one.micros() / 1000.0);
      }
    }
  }

  private void wake() {
    again = true;
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
        .onSuccess(_ -> backoff.worked())
        .recover(this::failed)
        .onSuccess(
            pause -> {
              feeding = false;
              arm(again ? BUSY : pause);
            });
  }

  private Future<Duration> failed(Throwable error) {
    meters.failure("feeder");
    var pause = backoff.failed(ThreadLocalRandom.current().nextDouble());
    LOG.warn(
        "priority={} not fed; its backlog waits {} ms", priority.label(), pause.toMillis(), error);
    return flow.pause(pause).map(BUSY);
  }

  /** How long to wait before the next turn. */
  private Future<Duration> turn(Flow.Depths depths) {
    long length = depths.lengths().get(priority.code());
    meters.queueDepth(priority, "stream", length);
    measure(depths.done().get(priority.code()), length);
    long room = window.size() - length;
    if (room < Math.max(1, window.size() / 8)) {
      return Future.succeededFuture(someWait() ? BUSY : IDLE);
    }
    return look().compose(_ -> feed(depths.held(), (int) room));
  }

  private boolean someWait() {
    return looking || order.waiting() > 0;
  }

  private void measure(long done, long length) {
    long now = System.nanoTime();
    var elapsed = Duration.ofNanos(Math.max(1, now - measuredAt));
    boolean dry = order.waiting() > 0 && length < window.size() / 8;
    window.observe(Math.max(0, done - doneBefore), elapsed, dry);
    doneBefore = done;
    measuredAt = now;
  }

  private Future<Void> look() {
    if (System.nanoTime() - walkedAt > WALK_EVERY_NANOS) {
      places.forgetAll();
      walkedAt = System.nanoTime();
      looking = true;
    }
    return someWait() && !looking ? Future.succeededFuture() : page();
  }

  /**
   * One step of the walk over all who wait; the last step ends where a name is followed by none.
   */
  private Future<Void> page() {
    var after = lookedUntil;
    return backlog
        .waiting(priority, MOST_TENANTS, after)
        .compose(
            names -> {
              names.forEach(order::waits);
              looking = names.size() == MOST_TENANTS;
              lookedUntil = looking ? names.getLast() : "";
              return names.isEmpty() && !after.isEmpty() ? page() : Future.succeededFuture();
            });
  }

  private Future<Duration> feed(Map<String, Duration> held, int room) {
    if (paused.getAsBoolean()) {
      return flow.set(priority, window.size(), true).map(IDLE);
    }
    if (order.waiting() == 0) {
      return nobodyWaits(room);
    }
    int amount = Math.min(room, MOST_JOBS);
    var turns = turns(amount, tenant -> held.containsKey(tenant) ? 0 : atOnce.applyAsInt(tenant));
    if (turns.isEmpty()) {
      var soonest = held.values().stream().min(Comparator.naturalOrder()).orElse(IDLE);
      return Future.succeededFuture(soonest.compareTo(IDLE) < 0 ? soonest : IDLE);
    }
    return move(turns, amount).map(BUSY);
  }

  /** Whoever has few jobs does not fill its turn: others are asked too, as it was needed before. */
  private List<FairOrder.Turn> turns(int room, ToIntFunction<String> most) {
    var turns = new ArrayList<>(order.next(room, most));
    int spare = (int) Math.min(MOST_SPARE, turns.size() * (askedPerJob - 1));
    turns.addAll(order.spare(turns, spare, room, most));
    return turns;
  }

  private Future<Duration> nobodyWaits(int room) {
    return flow.set(priority, window.size(), false)
        .onSuccess(_ -> publish(new BacklogEmpty(priority, room)))
        .map(IDLE);
  }

  private void publish(BacklogEmpty news) {
    vertx.eventBus().publish(Addresses.BACKLOG_EMPTY, news);
  }

  private Future<Void> move(List<FairOrder.Turn> turns, int amount) {
    var batch = Ids.next();
    places.move(turns.stream().map(FairOrder.Turn::tenant).toList());
    var asked =
        turns.stream()
            .map(turn -> new Backlog.Turn(turn.tenant(), places.of(turn.tenant()), turn.jobs()))
            .toList();
    return flow.set(priority, window.size(), true)
        .onSuccess(_ -> CrashPoint.FEEDING.reach())
        .compose(_ -> backlog.feed(priority, asked, amount, batch))
        .compose(
            fed -> {
              CrashPoint.FED.reach();
              learn(turns, fed, amount);
              return fed.isEmpty()
                  ? Future.succeededFuture()
                  : relay.relay(batch, fed.stream().map(Backlog.Fed::entry).toList());
            });
  }

  /** What each turn gave, and how many were gone through to their ends. */
  private void learn(List<FairOrder.Turn> turns, List<Backlog.Fed> fed, int amount) {
    var gave = new HashMap<String, Integer>();
    var reached = new HashMap<String, UUID>();
    for (var one : fed) {
      gave.merge(one.entry().tenant(), 1, Integer::sum);
      reached.merge(one.entry().tenant(), one.row(), Ids::later);
    }
    int through = turns.size();
    if (fed.size() >= amount) {
      through--;
      while (through > 0 && !gave.containsKey(turns.get(through).tenant())) {
        through--;
      }
    }
    measureTurns(turns.subList(0, through), gave);
    for (int i = 0; i < turns.size(); i++) {
      var tenant = turns.get(i).tenant();
      learn(turns.get(i), gave.getOrDefault(tenant, 0), reached.get(tenant), i < through);
    }
  }

  private void measureTurns(List<FairOrder.Turn> turns, Map<String, Integer> gave) {
    int asked = 0;
    int given = 0;
    for (var turn : turns) {
      asked += turn.jobs();
      given += gave.getOrDefault(turn.tenant(), 0);
    }
    askedPerJob = given == 0 ? 1 : Math.max(1, (double) asked / given);
  }

  /**
   * Whoever gave less than it might has nothing behind its place: the next turn looks from the
   * beginning, and then nothing is nothing.
   *
   * @param reached the last row that it gave, or null for none
   * @param through whether the turn was gone through to its end
   */
  private void learn(FairOrder.Turn turn, int given, @Nullable UUID reached, boolean through) {
    boolean ended = through && given < turn.jobs();
    boolean fromBeginning = places.atBeginning(turn.tenant());
    order.gave(turn, given, ended && fromBeginning);
    if (ended) {
      places.forget(turn.tenant());
    } else if (reached != null) {
      places.reach(turn.tenant(), reached);
    }
  }
}
