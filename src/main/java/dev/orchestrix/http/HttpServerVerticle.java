package dev.orchestrix.http;

import dev.orchestrix.auth.Access;
import dev.orchestrix.auth.AuditLine;
import dev.orchestrix.auth.AuditLog;
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
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
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

  private static final CharSequence ONLY_TLS =
      HttpHeaders.createOptimized("strict-transport-security");
  private static final CharSequence A_YEAR = HttpHeaders.createOptimized("max-age=31536000");
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
  private final Access access;
  private final AuditLog auditLog;
  private final Function<AuditLine, Future<Void>> audit;
  private final Function<String, Future<Boolean>> tenantExists;
  private final JobQueries jobs;
  private final Cancels cancels;
  private final DeadLetterCalls deadLetters;
  private final Events events;
  private final Meters meters;
  private final Map<String, Supplier<Future<Void>>> checks;

  private Optional<Encryption> encryption = Optional.empty();
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
      Access access,
      AuditLog auditLog,
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
        access,
        auditLog,
        auditLog::write,
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
      Access access,
      AuditLog auditLog,
      Function<AuditLine, Future<Void>> audit,
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
    this.access = access;
    this.auditLog = auditLog;
    this.audit = audit;
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
    encryption = settings.tls().map(tls -> new Encryption(vertx, tls));
    server = serve(connections, routes);
    return server
        .listen()
        .onSuccess(listening -> encryption.ifPresent(it -> it.follow(listening)))
        .recover(e -> Future.failedFuture(notListening(e)));
  }

  private IOException notListening(Throwable why) {
    var where = "HTTP on " + settings.host() + ":" + settings.port();
    return new IOException(where + ": " + why.getMessage(), why);
  }

  private HttpServer serve(Connections connections, Routes routes) {
    return vertx
        .createHttpServer(options())
        .connectionHandler(connections::opened)
        .invalidRequestHandler(HttpServerVerticle::refuse)
        .exceptionHandler(e -> LOG.debug("a connection broke", e))
        .requestHandler(
            request -> {
              connections.requested(request);
              if (encryption.isPresent()) {
                request.response().headers().set(ONLY_TLS, A_YEAR);
              }
              routes.handle(request);
            });
  }

  /** Takes no more requests, ends streams and waits, and lets the others end in five seconds. */
  @Override
  public Future<?> stop() {
    if (server == null || streams == null || waits == null) {
      return Future.succeededFuture();
    }
    encryption.ifPresent(Encryption::stop);
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
    Predicate<String> leaving = rules.tenants()::leaving;
    var reader = new JobReader(Ids::next, InstantSource.system());
    var intake = new Intake(reader, tenantExists, leaving, rules.quotas(), submit, failures);
    var feed = new EventFeed(vertx, events::listening);
    var watch = new JobWatch(vertx, feed, jobs::standings);
    waits = new JobWaits(vertx, jobs, watch);
    streams =
        new EventStreams(vertx, jobs, feed, watch, tenantExists, leaving, connections, failures);
    streams.start();
    var jobPages = new JobPages(jobs, waits, connections, failures);
    var jobLogs = new JobLogs(jobs, failures);
    var cancelPages = new CancelPages(jobs, cancels, budget, settings.maxBody(), failures);
    var bodies = new OptionalBody(budget, settings.maxBody());
    var letterPages = new DeadLetterPages(jobs, deadLetters, bodies, failures);
    var redrivePages = new RedrivePages(deadLetters, tenantExists, leaving, bodies, failures);
    var keyPages = new KeyPages(access.keys(), tenantExists, leaving, bodies, failures);
    var health = new HealthPages(vertx, checks, meters, failures);
    var routes =
        new Routes(
                vertx,
                new Door(access, jobs::owner, deadLetters.queries()::redriveOwner, audit, failures),
                new SubmitJob(intake, jobs::find, failures, budget, settings.maxBody()),
                new SubmitBatch(intake, budget, connections, settings.maxBody()),
                failures)
            .on(Call.CANCEL_MANY, cancelPages::many)
            .on(Call.CANCEL_JOB, cancelPages::one)
            .on(Call.DELETE_JOB, cancelPages::one)
            .on(Call.LIST_JOBS, jobPages::list)
            .on(Call.READ_JOB, jobPages::one)
            .on(Call.FOLLOW_JOB, streams::ofJob)
            .on(Call.FOLLOW_TENANT, streams::ofTenant)
            .on(Call.READ_LOGS, jobLogs::ofJob)
            .on(Call.RETRY_JOB, letterPages::retryJob)
            .on(Call.LIST_LETTERS, letterPages::list)
            .on(Call.GROUP_LETTERS, letterPages::groups)
            .on(Call.REDRIVE, redrivePages::ask)
            .on(Call.LIST_REDRIVES, redrivePages::list)
            .on(Call.READ_REDRIVE, redrivePages::one)
            .on(Call.STOP_REDRIVE, redrivePages::stop)
            .on(Call.UNDO_REDRIVE, redrivePages::undo)
            .on(Call.RETRY_LETTER, letterPages::retry)
            .on(Call.DISCARD_LETTER, letterPages::discard)
            .on(Call.LIST_KEYS, keyPages::list)
            .on(Call.CREATE_KEY, keyPages::create)
            .on(Call.ROTATE_KEY, keyPages::rotate)
            .on(Call.REVOKE_KEY, keyPages::revoke)
            .on(Call.LIMIT_KEY, keyPages::limit)
            .on(Call.UNLIMIT_KEY, keyPages::unlimit)
            .on(Call.READ_AUDIT, new AuditPages(auditLog, failures)::list)
            .on(Call.HEALTH, health::ready)
            .on(Call.READY, health::ready)
            .on(Call.LIVE, health::live)
            .on(Call.METRICS, health::metrics);
    return ruled(routes, budget, bodies, failures);
  }

  /** Adds the calls about who may do how much. */
  private Routes ruled(Routes routes, Budget budget, OptionalBody bodies, Failures failures) {
    var limitPages = new LimitPages(rules, budget, settings.maxBody(), failures);
    var tenantPages = new TenantPages(rules, access.keys(), budget, settings.maxBody(), failures);
    var explainPages = new ExplainPages(explaining, failures);
    var circuitPages = new CircuitPages(circuits, bodies, failures);
    var pausePages = new PausePages(rules, bodies, failures);
    return routes
        .on(Call.LIST_TENANTS, tenantPages::list)
        .on(Call.READ_TENANT, tenantPages::one)
        .on(Call.PUT_TENANT, tenantPages::put)
        .on(Call.DELETE_TENANT, tenantPages::delete)
        .on(Call.PAUSE_TENANT, pausePages::pauseTenant)
        .on(Call.RESUME_TENANT, pausePages::resumeTenant)
        .on(Call.EXPLAIN_JOB, explainPages::one)
        .on(Call.EXPLAIN, explainPages::top)
        .on(Call.LIST_PAUSES, pausePages::list)
        .on(Call.PAUSE, pausePages::pause)
        .on(Call.RESUME, pausePages::resume)
        .on(Call.LIST_CIRCUITS, circuitPages::list)
        .on(Call.OPEN_CIRCUIT, circuitPages::open)
        .on(Call.CLOSE_CIRCUIT, circuitPages::close)
        .on(Call.RESET_CIRCUIT, circuitPages::reset)
        .on(Call.LIST_LIMITS, limitPages::list)
        .on(Call.READ_LIMIT, limitPages::one)
        .on(Call.PUT_LIMIT, limitPages::put)
        .on(Call.DELETE_LIMIT, limitPages::delete);
  }

  private HttpServerOptions options() {
    var options = new HttpServerOptions();
    encryption.ifPresent(it -> it.of(options));
    return options
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
