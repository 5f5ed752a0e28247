package dev.orchestrix.node;

import dev.orchestrix.admission.Admission;
import dev.orchestrix.admission.Rooms;
import dev.orchestrix.admission.Settlement;
import dev.orchestrix.admission.SlotCount;
import dev.orchestrix.admission.SlotReturns;
import dev.orchestrix.auth.Access;
import dev.orchestrix.auth.AuditLog;
import dev.orchestrix.bus.Events;
import dev.orchestrix.bus.Messages;
import dev.orchestrix.circuit.Breakers;
import dev.orchestrix.circuit.Circuits;
import dev.orchestrix.config.Role;
import dev.orchestrix.config.Settings;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.dispatch.Dispatcher;
import dev.orchestrix.dispatch.Returns;
import dev.orchestrix.execute.CircuitGuard;
import dev.orchestrix.execute.Executor;
import dev.orchestrix.execute.Flusher;
import dev.orchestrix.execute.Handlers;
import dev.orchestrix.execute.Outcomes;
import dev.orchestrix.http.DeadLetterCalls;
import dev.orchestrix.http.HttpServerVerticle;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.outbox.Backlog;
import dev.orchestrix.outbox.BacklogDepth;
import dev.orchestrix.outbox.Calls;
import dev.orchestrix.outbox.Feeder;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.outbox.Held;
import dev.orchestrix.outbox.HeldFeeder;
import dev.orchestrix.outbox.LaneFeeder;
import dev.orchestrix.outbox.Marking;
import dev.orchestrix.outbox.Probing;
import dev.orchestrix.outbox.Relay;
import dev.orchestrix.query.Explaining;
import dev.orchestrix.query.JobQueries;
import dev.orchestrix.recover.Audit;
import dev.orchestrix.recover.CancelWatch;
import dev.orchestrix.recover.Checkup;
import dev.orchestrix.recover.OwnLeases;
import dev.orchestrix.recover.Reaper;
import dev.orchestrix.recover.RedisWatch;
import dev.orchestrix.recover.Watchdog;
import dev.orchestrix.redis.Abandoned;
import dev.orchestrix.redis.Flow;
import dev.orchestrix.redis.KnownJobs;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.redis.Sentinel;
import dev.orchestrix.redis.Streams;
import dev.orchestrix.redis.TimerSet;
import dev.orchestrix.schedule.ExpiryWatch;
import dev.orchestrix.schedule.TimerWatch;
import dev.orchestrix.store.Chore;
import dev.orchestrix.store.Leadership;
import dev.orchestrix.store.Loop;
import dev.orchestrix.store.NodeLease;
import dev.orchestrix.store.Partitions;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.submit.Lanes;
import dev.orchestrix.submit.Submissions;
import dev.orchestrix.tenant.Rules;
import dev.orchestrix.transition.Cancels;
import dev.orchestrix.transition.Claims;
import dev.orchestrix.transition.Endings;
import dev.orchestrix.transition.Expiring;
import dev.orchestrix.transition.Mending;
import dev.orchestrix.transition.Notes;
import dev.orchestrix.transition.Revivals;
import dev.orchestrix.transition.Ripening;
import dev.orchestrix.transition.TakeBacks;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Puts the parts of a node together, in the order in which they need each other. */
final class Assembly {
  /** One a core: they share the port, and each has an event loop of its own. */
  private static final int SERVERS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

  private static final Duration AUDIT_EVERY = Duration.ofSeconds(5);

  private final Settings settings;
  private final Runnable onFenced;
  private final Vertx vertx;
  private final Meters meters;
  private final Postgres postgres;
  private final RedisLink redis;
  private final Streams streams;
  private final Flow flow;
  private final TimerSet timers;
  private final Gates gates;
  private final Events events;
  private final Rules rules;
  private final Access access;
  private final Circuits circuits;
  private final NodeLease lease;

  Assembly(Cluster cluster, Settings settings, Runnable onFenced) {
    this.settings = settings;
    this.onFenced = onFenced;
    this.vertx = cluster.vertx();
    this.meters = new Meters();
    this.postgres = Postgres.connect(vertx, settings.postgres());
    this.redis = new RedisLink(vertx, settings.redis());
    this.streams = new Streams(redis, new RedisLink(vertx, settings.redis()));
    this.flow = new Flow(redis);
    this.timers = new TimerSet(redis);
    this.gates = new Gates(vertx);
    this.events = new Events(vertx, cluster::eventAddresses);
    this.access = Access.of(vertx, postgres, redis, meters, settings.auth());
    this.rules = Rules.of(vertx, postgres, meters, settings);
    this.circuits = new Circuits(vertx, postgres, meters, settings.circuit());
    this.lease = new NodeLease(settings.execute().lease());
  }

  /**
   * Registers the node and deploys what its roles ask for; HTTP comes last. It is registered only
   * when its heartbeats can begin: others take what is silent for dead.
   */
  Future<Parts> start() {
    Messages.register(vertx);
    var partitions = new Partitions(postgres);
    return partitions
        .prepare(Instant.now())
        .compose(
            _ ->
                Future.join(
                    gates.start(), events.start(), rules.start(), circuits.start(), access.start()))
        .compose(_ -> Membership.join(postgres, settings))
        .compose(node -> new Wiring(node, partitions).deploy());
  }

  /** What needs the node's number. */
  private final class Wiring {
    private final int node;
    private final Partitions partitions;
    private final Relay relay;
    private final Backlog backlog;
    private final Held held;
    private final SlotReturns slotReturns;
    private final Leadership leadership;
    private final Endings endings;
    private final Cancels cancels;
    private final Revivals revivals;
    private final Parts parts;

    Wiring(int node, Partitions partitions) {
      this.node = node;
      this.partitions = partitions;
      this.relay =
          new Relay(
              vertx, postgres, streams, gates, meters, new Marking(postgres, rules, circuits));
      this.backlog = new Backlog(postgres, node);
      this.held = new Held(postgres, node);
      this.slotReturns = new SlotReturns(vertx, redis, postgres, rules, meters);
      this.leadership = new Leadership(vertx, postgres, meters, "scheduler", node);
      this.endings =
          new Endings(vertx, postgres, timers, gates, events, meters, settings.execute());
      this.cancels = new Cancels(vertx, postgres, events, meters);
      this.revivals = new Revivals(postgres, gates, events, meters);
      this.parts =
          new Parts(
              vertx,
              node,
              postgres,
              redis,
              streams,
              rules,
              access,
              circuits,
              events,
              meters,
              leadership,
              Membership.keep(vertx, postgres, meters, node, lease, settings, onFenced));
    }

    Future<Parts> deploy() {
      return scheduler()
          .compose(_ -> executor())
          .compose(_ -> dispatcher())
          .compose(_ -> http())
          .map(parts);
    }

    private Future<?> scheduler() {
      if (!has(Role.SCHEDULER)) {
        return Future.succeededFuture();
      }
      var ripening = new Ripening(postgres, relay, gates, events, node);
      var takeBacks = new TakeBacks(postgres, gates, events, meters);
      var work = new ArrayList<>(feeders());
      work.add(new TimerWatch(postgres, timers, ripening, leadership, meters));
      work.add(
          loop(
              new Reaper(
                  node,
                  postgres,
                  takeBacks,
                  backlog,
                  gates,
                  meters,
                  new Abandoned(redis),
                  settings.execute())));
      var sentinel = new Sentinel(redis);
      var known = new KnownJobs(redis);
      work.add(loop(new RedisWatch(vertx, postgres, streams, known, sentinel, gates, meters)));
      var checkup = new Checkup(postgres, streams, new Mending(postgres));
      work.add(loop(new Audit(checkup, gates, meters, AUDIT_EVERY)));
      work.add(new Watchdog(meters));
      work.add(loop(new CancelWatch(cancels, meters)));
      work.add(loop(new ExpiryWatch(postgres, new Expiring(postgres, events, meters))));
      work.addAll(
          new Upkeep(postgres, redis, rules, leadership, meters, settings)
              .verticles(partitions, cancels, revivals));
      return leadership
          .start()
          .compose(_ -> Future.join(work.stream().map(parts::scheduler).toList()));
    }

    private Loop loop(Chore chore) {
      return new Loop(chore, leadership, meters);
    }

    /** What brings waiting jobs to the streams. */
    private List<Deployable> feeders() {
      var work = new ArrayList<Deployable>();
      for (var priority : Priority.values()) {
        work.add(
            new Feeder(
                priority,
                backlog,
                relay,
                flow,
                leadership,
                meters,
                settings.dispatch().window(),
                rules::share,
                rules::atOnce,
                () -> rules.pauses().priority(priority)));
      }
      work.add(loop(new HeldFeeder(held, new Rooms(redis, rules, circuits), relay)));
      work.add(loop(new Probing(circuits, held, relay, settings.circuit())));
      work.add(loop(new SlotCount(redis, postgres, rules, slotReturns, meters)));
      work.add(
          new LaneFeeder(
              new Calls(postgres, gates::pass, node),
              relay,
              gates,
              rules.limits()::slots,
              leadership,
              meters));
      work.add(loop(new BacklogDepth(backlog, meters)));
      return work;
    }

    private Future<?> executor() {
      if (!has(Role.EXECUTOR)) {
        return Future.succeededFuture();
      }
      var executor =
          new Executor(
              node,
              has(Role.DISPATCHER),
              lease,
              new Claims(vertx, postgres, meters, settings.execute(), node),
              new Outcomes(endings, slotReturns, new Settlement(redis, rules)),
              cancels,
              new Flusher(vertx, new Notes(vertx, postgres, meters)),
              streams,
              Handlers.load(settings.handlers()),
              new CircuitGuard(
                  circuits, new Breakers(circuits, settings.circuit()), settings.circuit()),
              events,
              meters,
              settings);
      var ownLeases =
          new OwnLeases(
              node, postgres, new Mending(postgres), executor::knows, gates, meters, AUDIT_EVERY);
      return parts.executor(executor).compose(_ -> parts.scheduler(new Loop(ownLeases, meters)));
    }

    private Future<?> dispatcher() {
      if (!has(Role.DISPATCHER)) {
        return Future.succeededFuture();
      }
      return parts.dispatcher(
          new Dispatcher(
              node,
              streams,
              new Admission(redis, rules, circuits),
              new Returns(backlog, held, gates),
              meters,
              settings.dispatch()));
    }

    private Future<?> http() {
      if (!has(Role.HTTP)) {
        return Future.succeededFuture();
      }
      var submissions =
          new Submissions(
              vertx,
              postgres,
              gates,
              relay,
              timers,
              events,
              meters,
              new Lanes(rules.limits()::concurrencyKey, cancels::displace),
              settings.submit(),
              settings.idempotency(),
              node);
      var jobs = new JobQueries(postgres);
      var deadLetters = DeadLetterCalls.by(vertx, postgres, revivals);
      var checks = Checks.of(postgres, redis, parts);
      return parts.http(
          SERVERS,
          () ->
              new HttpServerVerticle(
                  settings.http(),
                  submissions::submit,
                  rules,
                  circuits,
                  Explaining.by(postgres, redis, rules),
                  access,
                  new AuditLog(postgres),
                  jobs,
                  cancels,
                  deadLetters,
                  events,
                  meters,
                  checks));
    }

    private boolean has(Role role) {
      return settings.roles().contains(role);
    }
  }
}
