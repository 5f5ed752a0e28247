package dev.orchestrix.metrics;

import dev.orchestrix.core.job.Priority;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Everything a node counts. Any thread may call any method: updates never block and never fail, and
 * each finds its meter by one look into a map. Counts are this node's, since it started.
 *
 * <p>Meters with a tenant or a type have at most {@value #LABEL_SETS} sets of labels ({@value
 * #TYPES} for histograms); what comes after those is counted under {@code other}, and {@code
 * orchestrix_meters_folded_total{meter}} tells how often.
 */
public final class Meters implements AutoCloseable {

  /** The media type of {@link #scrape}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  static final int LABEL_SETS = 1_000;
  static final int TYPES = 200;
  private static final String OTHER = "other";

  private record Work(String tenant, String type) {}

  private record Arrival(String tenant, String type, String priority) {}

  private record Place(Priority priority, String place) {}

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmMeters jvm = new JvmMeters();

  private final BoundedMeters<Arrival, Counter> created;
  private final BoundedMeters<Work, Counter> succeeded;
  private final BoundedMeters<Work, Counter> failed;
  private final BoundedMeters<Work, Counter> cancelled;
  private final BoundedMeters<Work, Counter> retried;
  private final BoundedMeters<Work, Counter> revived;
  private final BoundedMeters<String, Timer> durations;
  private final BoundedMeters<String, AtomicLong> circuits;
  private final Map<Priority, Timer> queueLatencies = new EnumMap<>(Priority.class);
  private final Map<Place, AtomicLong> queueDepths = new ConcurrentHashMap<>();
  private final Map<String, DistributionSummary> batchSizes = new ConcurrentHashMap<>();
  private final LabelledCounter repeated =
      labelled(MeterNames.REPEATED, "Submissions that another job was the answer to", "answer");
  private final LabelledCounter refused =
      labelled(MeterNames.REFUSED, "Requests refused because there were too many", "reason");
  private final LabelledCounter dropped =
      labelled(MeterNames.DROPPED, "Stream entries that led to no run", "reason");
  private final LabelledCounter violations =
      labelled(
          MeterNames.VIOLATIONS,
          "Invariants found broken and repaired; any but 0 deserves a look",
          "invariant");
  private final LabelledCounter failures =
      labelled(MeterNames.FAILURES, "Failed calls to Postgres or Redis", "operation");
  private final LabelledCounter recovered =
      labelled(MeterNames.RECOVERED, "Taken over from dead nodes", "what");
  private final LabelledCounter circuitsMoved =
      labelled(MeterNames.CIRCUITS_MOVED, "Changes of circuits", "to");
  private final LabelledCounter deleted =
      labelled(MeterNames.DELETED, "Jobs deleted one by one, with all of theirs", "reason");
  private final Map<String, AtomicLong> loops = new ConcurrentHashMap<>();
  private volatile IntSupplier running = () -> 0;

  public Meters() {
    registry.config().namingConvention(MeterNames.CONVENTION);
    created =
        new BoundedMeters<>(
            LABEL_SETS,
            new Arrival(OTHER, OTHER, OTHER),
            this::arrivals,
            folded(MeterNames.CREATED));
    succeeded = perWork(MeterNames.SUCCEEDED, "Jobs that ended well");
    failed = perWork(MeterNames.FAILED, "Jobs that failed for good");
    cancelled = perWork(MeterNames.CANCELLED, "Jobs that were cancelled");
    retried = perWork(MeterNames.RETRIED, "Attempts that failed and will be followed by another");
    revived = perWork(MeterNames.REVIVED, "Failed jobs that a command made ready again");
    durations = new BoundedMeters<>(TYPES, OTHER, this::durationOf, folded(MeterNames.DURATION));
    circuits = new BoundedMeters<>(TYPES, OTHER, this::circuitOf, folded(MeterNames.CIRCUIT_STATE));
    for (var priority : Priority.values()) {
      queueLatencies.put(priority, queueLatencyOf(priority));
    }
    Gauge.builder(MeterNames.RUNNING, () -> running.getAsInt())
        .description("Jobs that run on this node now")
        .register(registry);
  }

  /** Counts jobs that were accepted: their transaction has committed. */
  public void created(String tenant, String type, Priority priority, int count) {
    created.of(new Arrival(tenant, type, priority.label())).increment(count);
  }

  /**
   * Counts one submission that made no job, because there was one already.
   *
   * @param answer what it was told: {@code replayed}, {@code mismatch}, {@code returned}, ...
   */
  public void repeated(String answer) {
    repeated.add(answer, 1);
  }

  /**
   * Counts one request that was refused because there were too many.
   *
   * @param reason whose: {@code caller}
   */
  public void refused(String reason) {
    refused.add(reason, 1);
  }

  /** Counts jobs that ended in SUCCEEDED. */
  public void succeeded(String tenant, String type, int count) {
    succeeded.of(new Work(tenant, type)).increment(count);
  }

  /** Counts jobs that ended in FAILED. */
  public void failed(String tenant, String type, int count) {
    failed.of(new Work(tenant, type)).increment(count);
  }

  /** Counts jobs that ended in CANCELLED. */
  public void cancelled(String tenant, String type, int count) {
    cancelled.of(new Work(tenant, type)).increment(count);
  }

  /** Counts attempts that failed and are followed by another one. */
  public void retried(String tenant, String type, int count) {
    retried.of(new Work(tenant, type)).increment(count);
  }

  /** Counts failed jobs that a retry or a redrive has made ready again. */
  public void revived(String tenant, String type, int count) {
    revived.of(new Work(tenant, type)).increment(count);
  }

  /** Records how long one attempt ran, however it ended. */
  public void duration(String type, Duration duration) {
    durations.of(type).record(duration);
  }

  /** Records how long a job waited between being ready and being claimed. */
  public void queueLatency(Priority priority, Duration latency) {
    var timer = queueLatencies.get(priority);
    if (timer != null) {
      timer.record(latency);
    }
  }

  /**
   * Tells how many jobs wait now.
   *
   * @param place where: {@code stream} or {@code backlog}
   */
  public void queueDepth(Priority priority, String place, long depth) {
    queueDepths.computeIfAbsent(new Place(priority, place), this::queueDepthOf).set(depth);
  }

  /** Records how many items one batch of a lane held. */
  public void batch(String lane, int size) {
    batchSizes.computeIfAbsent(lane, this::batchSizesOf).record(size);
  }

  /** Counts stream entries that were only hints: a {@code duplicate}, {@code stale}. */
  public void dropped(String reason, int count) {
    dropped.add(reason, count);
  }

  /** Counts one finding of the audit: something that must always hold did not. */
  public void violation(String invariant) {
    violations.add(invariant, 1);
  }

  /** Counts one operation on Postgres or Redis that failed. */
  public void failure(String operation) {
    failures.add(operation, 1);
  }

  /**
   * Counts what was taken over from a dead node or a lost Redis.
   *
   * @param what {@code jobs}, {@code outbox}, {@code entries}, ...
   */
  public void recovered(String what, int count) {
    recovered.add(what, count);
  }

  /**
   * Counts jobs that were deleted one by one, not with the partition of their day.
   *
   * @param reason {@code tenant}: theirs was deleted; {@code retention}: theirs keeps them shorter
   */
  public void deleted(String reason, int count) {
    deleted.add(reason, count);
  }

  /** Tells whether jobs of a circuit may start: 0 when all may, 1 some, 2 none. */
  public void circuit(String name, int level) {
    circuits.of(name).set(level);
  }

  /** Counts one change of a circuit, by the node that wrote it. */
  public void circuitMoved(String to) {
    circuitsMoved.add(to, 1);
  }

  /** Notes that a loop which has to go on all the time has begun another turn. */
  public void turned(String loop) {
    loops.computeIfAbsent(loop, this::loopAgeOf).set(System.nanoTime());
  }

  /** The loops that have not begun a turn for so long. */
  public List<String> stalled(Duration limit) {
    long now = System.nanoTime();
    return loops.entrySet().stream()
        .filter(loop -> now - loop.getValue().get() > limit.toNanos())
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /** Asks {@code jobs} for the number of running jobs at every scrape, in place of any before. */
  public void running(IntSupplier jobs) {
    running = jobs;
  }

  /**
   * All meters in Prometheus' text format, a few milliseconds of work. The JVM's own are there from
   * the first call on, which takes longer: loading what reads them would slow the start of a node
   * that nobody scrapes.
   */
  public String scrape() {
    jvm.bindOnceTo(registry);
    return registry.scrape();
  }

  /** Where a library's own meters are added. */
  public MeterRegistry registry() {
    return registry;
  }

  /** Stops listening to the garbage collector. Updates may still come and are not shown. */
  @Override
  public void close() {
    jvm.close();
    registry.close();
  }

  private Counter arrivals(Arrival labels) {
    return counter(
        MeterNames.CREATED,
        "Jobs accepted: committed in Postgres",
        "tenant",
        labels.tenant,
        "type",
        labels.type,
        "priority",
        labels.priority);
  }

  private BoundedMeters<Work, Counter> perWork(String name, String description) {
    return new BoundedMeters<>(
        LABEL_SETS,
        new Work(OTHER, OTHER),
        labels -> counter(name, description, "tenant", labels.tenant, "type", labels.type),
        folded(name));
  }

  private LabelledCounter labelled(String name, String description, String label) {
    return new LabelledCounter(registry, name, description, label);
  }

  private Counter folded(String meter) {
    return counter(
        MeterNames.FOLDED, "Updates counted under other for want of labels", "meter", meter);
  }

  private Counter counter(String name, String description, String... labels) {
    return Counter.builder(name).description(description).tags(labels).register(registry);
  }

  private Timer durationOf(String type) {
    return Timer.builder(MeterNames.DURATION)
        .description("How long attempts ran")
        .tag("type", type)
        .serviceLevelObjectives(Buckets.DURATION)
        .register(registry);
  }

  private Timer queueLatencyOf(Priority priority) {
    return Timer.builder(MeterNames.QUEUE_LATENCY)
        .description("How long jobs that were ready waited for an executor")
        .tag("priority", priority.label())
        .serviceLevelObjectives(Buckets.QUEUE_LATENCY)
        .register(registry);
  }

  private AtomicLong queueDepthOf(Place place) {
    var depth = new AtomicLong();
    Supplier<Number> now = depth::get;
    Gauge.builder(MeterNames.QUEUE_DEPTH, now)
        .description("Jobs that wait")
        .tags("priority", place.priority.label(), "place", place.place)
        .register(registry);
    return depth;
  }

  private AtomicLong circuitOf(String name) {
    var level = new AtomicLong();
    Supplier<Number> now = level::get;
    Gauge.builder(MeterNames.CIRCUIT_STATE, now)
        .description("Whether jobs may start: 0 all, 1 some that try, 2 none")
        .tag("circuit", name)
        .register(registry);
    return level;
  }

  private AtomicLong loopAgeOf(String loop) {
    var turned = new AtomicLong(System.nanoTime());
    Supplier<Number> age = () -> (System.nanoTime() - turned.get()) / 1e9;
    Gauge.builder(MeterNames.LOOP_AGE, age)
        .description("Since when a loop that has to go on has not begun another turn")
        .tag("loop", loop)
        .register(registry);
    return turned;
  }

  private DistributionSummary batchSizesOf(String lane) {
    return DistributionSummary.builder(MeterNames.BATCH_SIZE)
        .description("Items in one batch")
        .tag("lane", lane)
        .register(registry);
  }
}
