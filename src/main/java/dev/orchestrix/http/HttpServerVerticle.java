package dev.orchestrix.http;

import dev.orchestrix.bus.Events;
import dev.orchestrix.circuit.Circuits;
import dev.orchestrix.config.Settings;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.event.EventFeed;
import dev.orchestrix.event.JobWatch;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.query.Explaining;
import dev.orchestrix.query.JobQueries;
import dev.orchestrix.store.Ids;
import dev.orchestrix.submit.Submitted;
import dev.orchestrix.tenant.Rules;
import dev.orchestrix.transition.Cancels;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the HTTP API. Several of them in one process share a port, each on an event loop of its
 * own.
 */
public final class HttpServerVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServerVerticle.class);

  private static final int SHARED_RANDOM_PORT = -1;
  private static final int LINE_BYTES = 8 * 1024;
  private static final int HEADER_BYTES = 16 * 1024;
  private static final int PIECE_BYTES = 64 * 1024;
  private static final int IDLE_SECONDS = 90;
  private static final int GRACE_SECONDS = 5;

  /** Part of the heap that bodies of jobs which are not written yet may take, by each server. */
  private static final int BUDGET_DIVISOR = 8;

  private final Settings.Http settings;
  private final Function<NewJob, Future<Submitted>> submit;
  private final Rules rules;
  private final Circuits circuits;
  private final Explaining explaining;
  private final Function<String, Future<Boolean>> tenantExists;
  private final JobQueries jobs;
  private final Cancels cancels;
  private final DeadLetterCalls deadLetters;
  private final Events events;
  private final Meters meters;
  private final Map<String, Supplier<Future<Void>>> checks;

  private @Nullable HttpServer server;
  private @Nullable EventStreams streams;
  private @Nullable JobWaits waits;

  /**
   * @param submit writes a job; completes after the commit and fails with an {@link
   *     dev.orchestrix.core.failure.EngineException}, on the caller's event loop
   * @param checks by name, what has to work for the node to be ready
   */
  public HttpServerVerticle(
      Settings.Http settings,
      Function<NewJob, Future<Submitted>> submit,
      Rules rules,
      Circuits circuits,
      Explaining explaining,
      JobQueries jobs,
      Cancels cancels,
      DeadLetterCalls deadLetters,
      Events events,
      Meters meters,
      Map<String, Supplier<Future<Void>>> checks) {
    this(
        settings,
        submit,
        rules,
        circuits,
        explaining,
        rules.tenants()::exists,
        jobs,
        cancels,
        deadLetters,
        events,
        meters,
        checks);
  }

  /** The same for a test that has no Postgres. */
  HttpServerVerticle(
      Settings.Http settings,
      Function<NewJob, Future<Submitted>> submit,
      Rules rules,
      Circuits circuits,
      Explaining explaining,
      Function<String, Future<Boolean>> tenantExists,
      JobQueries jobs,
      Cancels cancels,
      DeadLetterCalls deadLetters,
      Events events,
      Meters meters,
      Map<String, Supplier<Future<Void>>> checks) {
    this.settings = settings;
    this.tenantExists = tenantExists;
    this.submit = submit;
    this.rules = rules;
    this.circuits = circuits;
    this.explaining = explaining;
    this.jobs = jobs;
    this.cancels = cancels;
    this.deadLetters = deadLetters;
    this.events = events;
    this.meters = meters;
    this.checks = checks;
  }

  /** Completes when requests are served; fails if the port is taken. */
  @Override
  public Future<?> start() {
    var connections = new Connections(vertx);
    var routes = routes(connections);
    connections.start();
    server =
        vertx
            .createHttpServer(options())
            .connectionHandler(connections::opened)
            .invalidRequestHandler(HttpServerVerticle::refuse)
            .exceptionHandler(e -> LOG.debug("a connection broke", e))
            .requestHandler(
                request -> {
                  connections.requested(request);
                  routes.handle(request);
                });
    return server.listen();
  }

  /** Takes no more requests, ends streams and waits, and lets the others end in five seconds. */
  @Override
  public Future<?> stop() {
    if (server == null || streams == null || waits == null) {
      return Future.succeededFuture();
    }
    var closed = server.shutdown(GRACE_SECONDS, TimeUnit.SECONDS);
    streams.stop();
    waits.stop();
    return closed;
  }

  /** The port it listens on, once it has started. */
  public int port() {
    return server == null ? 0 : server.actualPort();
  }

  private Routes routes(Connections connections) {
    var failures = new Failures();
    var budget = new Budget(Runtime.getRuntime().maxMemory() / BUDGET_DIVISOR);
    var reader = new JobReader(Ids::next, InstantSource.system());
    var intake = new Intake(reader, tenantExists, rules.quotas(), submit, failures);
    var feed = new EventFeed(vertx, events::listening);
    var watch = new JobWatch(vertx, feed, jobs::standings);
    waits = new JobWaits(vertx, jobs, watch);
    streams = new EventStreams(vertx, jobs, feed, watch, tenantExists, connections, failures);
    streams.start();
    var jobPages = new JobPages(jobs, waits, connections, failures);
    var jobLogs = new JobLogs(jobs, failures);
    var cancelPages = new CancelPages(jobs, cancels, budget, settings.maxBody(), failures);
    var bodies = new OptionalBody(budget, settings.maxBody());
    var letterPages = new DeadLetterPages(jobs, deadLetters, bodies, failures);
    var redrivePages = new RedrivePages(deadLetters, tenantExists, bodies, failures);
    var health = new HealthPages(vertx, checks, meters, failures);
    var routes =
        new Routes(
                vertx,
                new SubmitJob(intake, jobs::find, failures, budget, settings.maxBody()),
                new SubmitBatch(intake, budget, connections, settings.maxBody()),
                failures)
                .post(Paths.JOBS + "/cancel", cancelPages::many)
                .post(Paths.JOBS + "/:id/cancel", cancelPages::one)
                .delete(Paths.JOBS + "/:id", cancelPages::one)
                .get(Paths.JOBS, jobPages::list)
                .get(Paths.JOBS + "/:id", jobPages::one)
                .stream(Paths.JOBS + "/:id/events", streams::ofJob)
                .stream(Paths.BASE + "/events", streams::ofTenant)
                .get(Paths.JOBS + "/:id/logs", jobLogs::ofJob)
                .post(Paths.JOBS + "/:id/retry", letterPages::retryJob)
                .get(Paths.DEAD_LETTERS, letterPages::list)
                .get(Paths.DEAD_LETTERS + "/groups", letterPages::groups)
                .post(Paths.DEAD_LETTERS + "/redrive", redrivePages::ask)
                .get(Paths.REDRIVES, redrivePages::list)
                .get(Paths.REDRIVES + "/:id", redrivePages::one)
                .post(Paths.REDRIVES + "/:id/stop", redrivePages::stop)
                .post(Paths.REDRIVES + "/:id/undo", redrivePages::undo)
                .post(Paths.DEAD_LETTERS + "/:id/retry", letterPages::retry)
                .delete(Paths.DEAD_LETTERS + "/:id", letterPages::discard)
                .get("/health", health::ready)
                .get("/health/ready", health::ready)
                .get("/health/live", health::live)
                .get("/metrics", health::metrics);
    return ruled(routes, budget, bodies, failures);
  }

  /** Adds the calls about who may do how much. */
  private Routes ruled(Routes routes, Budget budget, OptionalBody bodies, Failures failures) {
    var limitPages = new LimitPages(rules, budget, settings.maxBody(), failures);
    var tenantPages = new TenantPages(rules, budget, settings.maxBody(), failures);
    var explainPages = new ExplainPages(explaining, failures);
    var circuitPages = new CircuitPages(circuits, bodies, failures);
    var pausePages = new PausePages(rules, bodies, failures);
    return routes
        .get(Paths.BASE + "/tenants", tenantPages::list)
        .get(Paths.BASE + "/tenants/:id", tenantPages::one)
        .put(Paths.BASE + "/tenants/:id", tenantPages::put)
        .post(Paths.BASE + "/tenants/:id/pause", pausePages::pauseTenant)
        .post(Paths.BASE + "/tenants/:id/resume", pausePages::resumeTenant)
        .get(Paths.JOBS + "/:id/explain", explainPages::one)
        .get(Paths.BASE + "/explain", explainPages::top)
        .get(Paths.BASE + "/controls", pausePages::list)
        .put(Paths.BASE + "/controls/:kind/:name", pausePages::pause)
        .delete(Paths.BASE + "/controls/:kind/:name", pausePages::resume)
        .get(Paths.BASE + "/circuits", circuitPages::list)
        .post(Paths.BASE + "/circuits/:name/open", circuitPages::open)
        .post(Paths.BASE + "/circuits/:name/close", circuitPages::close)
        .post(Paths.BASE + "/circuits/:name/reset", circuitPages::reset)
        .get(Paths.BASE + "/limits", limitPages::list)
        .get(Paths.BASE + "/limits/:kind/:name", limitPages::one)
        .put(Paths.BASE + "/limits/:kind/:name", limitPages::put)
        .delete(Paths.BASE + "/limits/:kind/:name", limitPages::delete);
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setHost(settings.host())
        .setPort(settings.port() == 0 ? SHARED_RANDOM_PORT : settings.port())
        .setHttp2ClearTextEnabled(false)
        .setMaxInitialLineLength(LINE_BYTES)
        .setMaxHeaderSize(HEADER_BYTES)
        .setMaxChunkSize(PIECE_BYTES)
        .setTcpNoDelay(true)
        .setAcceptBacklog(1_024)
        .setIdleTimeout(IDLE_SECONDS);
  }

  /** What is no HTTP gets one answer, and the connection is closed. */
  private static void refuse(HttpServerRequest request) {
    var code =
        switch (request.decoderResult().cause()) {
          case TooLongHttpLineException _ -> ProblemCode.URI_TOO_LONG;
          case TooLongHttpHeaderException _ -> ProblemCode.HEADERS_TOO_LARGE;
          case null, default -> ProblemCode.INVALID_REQUEST;
        };
    Answers.problem(request.response(), Problem.of(code, code.title()));
    request.connection().close();
  }
}
