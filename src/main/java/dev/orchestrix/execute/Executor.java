package dev.orchestrix.execute;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.Assignment;
import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Events;
import dev.orchestrix.bus.Grant;
import dev.orchestrix.config.Settings;
import dev.orchestrix.core.fault.CrashPoint;
import dev.orchestrix.core.job.Outcome;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.redis.Streams;
import dev.orchestrix.store.NodeLease;
import dev.orchestrix.transition.Cancels;
import dev.orchestrix.transition.ClaimedJob;
import dev.orchestrix.transition.Claims;
import dev.orchestrix.transition.Note;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims the jobs it is assigned, runs them, and reports their outcomes. */
public final class Executor extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(Executor.class);
  private static final DeliveryOptions LOCAL = new DeliveryOptions().setLocalOnly(true);

  /** How exactly an attempt's timeout is kept. */
  private static final long CHECK_EVERY_MILLIS = 50;

  /** How long a handler may go on after it was told to end. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final long SILENT_NANOS = Duration.ofSeconds(7).toNanos();

  private final int node;
  private final boolean localDispatcher;
  private final NodeLease lease;
  private final Claims claims;
  private final Outcomes outcomes;
  private final Cancels cancels;
  private final Flusher flusher;
  private final Streams streams;
  private final Handlers handlers;
  private final CircuitGuard circuits;
  private final Events events;
  private final Meters meters;
  private final Duration grace;
  private final Slots slots;
  private final SlotClock clock = new SlotClock();
  private final Map<UUID, Attempt> running = new ConcurrentHashMap<>();
  private final Queue<Attempt> over = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean collecting = new AtomicBoolean();
  private final Promise<Void> drained = Promise.promise();
  private boolean granting;
  private boolean stopping;

  public Executor(
      int node,
      boolean localDispatcher,
      NodeLease lease,
      Claims claims,
      Outcomes outcomes,
      Cancels cancels,
      Flusher flusher,
      Streams streams,
      Handlers handlers,
      CircuitGuard circuits,
      Events events,
      Meters meters,
      Settings settings) {
    this.node = node;
    this.localDispatcher = localDispatcher;
    this.lease = lease;
    this.claims = claims;
    this.outcomes = outcomes;
    this.cancels = cancels;
    this.flusher = flusher;
    this.streams = streams;
    this.handlers = handlers;
    this.circuits = circuits;
    this.events = events;
    this.meters = meters;
    this.grace = settings.shutdown().grace();
    this.slots = new Slots(settings.execute().slots());
  }

  @Override
  public Future<?> start() {
    meters.running(running::size);
    lease.onLapse(this::interrupt);
    lease.onReturn(() -> context.runOnContext(_ -> grantSoon()));
    return claims.warmUp().compose(_ -> listen());
  }

  private Future<?> listen() {
    var assignments = vertx.eventBus().<Assignment>consumer(Addresses.execute(node));
    assignments.handler(this::assigned);
    var dispatchers = vertx.eventBus().<Integer>consumer(Addresses.DISPATCHER_HERE);
    dispatchers.handler(message -> dispatcherHere(message.body()));
    vertx.setTimer(CHECK_EVERY_MILLIS, _ -> check());
    var cancelling = new Cancelling(vertx, node, cancels, running);
    return Future.join(assignments.completion(), dispatchers.completion(), cancelling.start());
  }

  /**
   * Takes no more jobs and waits for those that run; after the grace it interrupts the rest and
   * hands them back, uncounted.
   */
  @Override
  public Future<?> stop() {
    stopping = true;
    finishIfDrained();
    return drained
        .future()
        .timeout(grace.toMillis(), TimeUnit.MILLISECONDS)
        .recover(_ -> interruptAll());
  }

  private Future<Void> interruptAll() {
    LOG.warn("{} jobs still run after {}; they are handed back", running.size(), grace);
    interrupt();
    return drained
        .future()
        .timeout(PATIENCE.toMillis() * 2, TimeUnit.MILLISECONDS)
        .recover(
            late -> {
              LOG.error("not all outcomes are written; the reaper takes those jobs back", late);
              return Future.succeededFuture();
            });
  }

  /**
   * Whether this node has to do with an attempt, or may have once its claim is answered. From any
   * thread.
   */
  public boolean knows(UUID lease, UUID job, int attempt) {
    var begun = running.get(job);
    return (begun != null && begun.job().attempt() == attempt)
        || outcomes.isOpen(job, attempt)
        || claims.isOpen(lease);
  }

  /** From any thread: what runs ends as soon as it can, and is handed back uncounted. */
  private void interrupt() {
    running.values().forEach(attempt -> attempt.cancel(new Outcome.Interrupted(), Duration.ZERO));
  }

  /**
   * A dispatcher on this node gets all slots; only without one are they spread over the cluster.
   */
  private void dispatcherHere(int dispatcher) {
    if (!localDispatcher || dispatcher == node) {
      slots.heard(dispatcher, System.nanoTime());
      tell(dispatcher, slots.limit(dispatcher));
      grantSoon();
    }
  }

  private void grantSoon() {
    if (!granting && !stopping) {
      granting = true;
      context.runOnContext(_ -> grant());
    }
  }

  private void grant() {
    granting = false;
    if (stopping || !lease.stands()) {
      return;
    }
    slots.promise().forEach(this::tell);
  }

  private void tell(int dispatcher, long limit) {
    var grant = new Grant(node, limit);
    var address = Addresses.grants(dispatcher);
    if (dispatcher == node) {
      vertx.eventBus().send(address, grant, LOCAL);
    } else {
      vertx.eventBus().send(address, grant);
    }
  }

  private void assigned(Message<Assignment> message) {
    var assignment = message.body();
    if (message.replyAddress() != null) {
      message.reply(true);
    }
    var deliveries = assignment.deliveries();
    slots.taken(assignment.dispatcher(), assignment.sent(), deliveries.size(), System.nanoTime());
    if (stopping || !lease.stands()) {
      letGo(assignment.dispatcher(), deliveries);
      return;
    }
    CrashPoint.ASSIGNED.reach();
    long askedNanos = System.nanoTime() - assignment.agedNanos();
    claims
        .claim(deliveries)
        .onSuccess(jobs -> claimed(deliveries, jobs, askedNanos))
        .onFailure(error -> unclaimed(deliveries, error));
  }

  /** This node may not run them: others need not wait until they count as abandoned. */
  private void letGo(int dispatcher, List<Delivery> deliveries) {
    slots.freed(deliveries.size());
    outcomes.letGo(deliveries);
    streams
        .letGo(dispatcher, deliveries)
        .onFailure(e -> LOG.warn("{} entries wait until they are taken over", deliveries.size()));
  }

  private void claimed(List<Delivery> deliveries, List<ClaimedJob> jobs, long askedNanos) {
    outcomes.claimed(deliveries, jobs, askedNanos);
    int hints = deliveries.size() - jobs.size();
    if (hints > 0) {
      meters.dropped("not_ready", hints);
      slots.freed(hints);
      grantSoon();
    }
    slots.claimed(jobs.size());
    CrashPoint.CLAIMED.reach();
    streams
        .acknowledge(deliveries)
        .onSuccess(_ -> CrashPoint.ACKNOWLEDGED.reach())
        .onFailure(e -> LOG.warn("{} entries not acknowledged; read twice", deliveries.size(), e));
    CrashPoint.STARTING.reach();
    jobs.forEach(this::begin);
    finishIfDrained();
  }

  private void unclaimed(List<Delivery> deliveries, Throwable error) {
    LOG.warn(
        "{} entries not claimed; read again in a while: {}", deliveries.size(), error.getMessage());
    slots.freed(deliveries.size());
    vertx.setTimer(1000, _ -> grantSoon());
    finishIfDrained();
  }

  private void begin(ClaimedJob job) {
    var tooLate = Conclusion.tooLate(job);
    if (tooLate != null) {
      refuse(job, tooLate);
      return;
    }
    var handler = handlers.find(job.type());
    if (handler.isEmpty()) {
      refuse(job, Conclusion.noHandler(job));
      return;
    }
    var work = handler.get();
    var attempt = new Attempt(job, work, flusher, it -> started(it, work), this::ended);
    running.put(job.id(), attempt);
    Thread.ofVirtual().name("job-", job.attempt()).start(attempt);
  }

  private void refuse(ClaimedJob job, Outcome why) {
    slots.freed(1);
    grantSoon();
    report(job, why, null);
  }

  /**
   * On the attempt's thread, just before the handler. Where the process was stopped for long since
   * the claim, the job may be somebody else's by now.
   */
  private void started(Attempt attempt, JobHandler handler) {
    if (!lease.stands()) {
      attempt.cancel(new Outcome.Interrupted(), Duration.ZERO);
      return;
    }
    var job = attempt.job();
    var held = circuits.before(job, handler);
    if (held.isPresent()) {
      attempt.cancel(held.get(), Duration.ZERO);
      return;
    }
    var now = Instant.now();
    var waited = Duration.between(job.readyAt(), now);
    meters.queueLatency(job.priority(), waited.isNegative() ? Duration.ZERO : waited);
    if (events.wanted(job.tenant())) {
      events.publish(job.started(now));
    }
  }

  /** From any thread; the event loop collects what has ended since it last looked. */
  private void ended(Attempt attempt) {
    over.add(attempt);
    if (collecting.compareAndSet(false, true)) {
      context.runOnContext(_ -> collect());
    }
  }

  private void collect() {
    collecting.set(false);
    int collected = 0;
    for (var attempt = over.poll(); attempt != null; attempt = over.poll()) {
      circuits.after(attempt.job(), attempt.ending(), attempt.took());
      report(attempt.job(), attempt.ending(), attempt.said());
      running.remove(attempt.id());
      meters.duration(attempt.type(), attempt.took());
      clock.add(attempt.job(), attempt.took());
      collected++;
    }
    slots.freed(collected);
    grantSoon();
  }

  private void report(ClaimedJob job, Outcome outcome, @Nullable Note said) {
    slots.unreported(1);
    outcomes
        .write(job, outcome, said)
        .onComplete(
            _ -> {
              slots.unreported(-1);
              grantSoon();
              finishIfDrained();
            });
  }

  private void check() {
    long now = System.nanoTime();
    for (var attempt : running.values()) {
      attempt.check(now, PATIENCE);
    }
    slots.expire(now, SILENT_NANOS);
    clock.tell(vertx, now);
    vertx.setTimer(CHECK_EVERY_MILLIS, _ -> check());
  }

  private void finishIfDrained() {
    if (stopping && slots.idle()) {
      drained.tryComplete();
    }
  }
}
