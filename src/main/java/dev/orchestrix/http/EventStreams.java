package dev.orchestrix.http;

import dev.orchestrix.event.EventFeed;
import dev.orchestrix.event.Heard;
import dev.orchestrix.event.JobWatch;
import dev.orchestrix.event.Standing;
import dev.orchestrix.query.JobQueries;
import dev.orchestrix.query.JobSummary;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code GET /jobs/{id}/events} and {@code GET /events}: transitions as they happen. */
final class EventStreams {
  private static final long HEARTBEAT_MILLIS = 15_000;
  private static final long LOOK_MILLIS = 1000;

  private final Vertx vertx;
  private final JobQueries jobs;
  private final EventFeed feed;
  private final JobWatch watch;
  private final Function<String, Future<Boolean>> tenantExists;
  private final Predicate<String> leaving;
  private final Connections connections;
  private final Failures failures;

  /** Each with the call that it answers. */
  private final Map<SseStream, Following> open = new LinkedHashMap<>();

  /** A call for the events of a tenant, or of one of its jobs. */
  private record Following(RoutingContext call, String tenant) {}

  EventStreams(
      Vertx vertx,
      JobQueries jobs,
      EventFeed feed,
      JobWatch watch,
      Function<String, Future<Boolean>> tenantExists,
      Predicate<String> leaving,
      Connections connections,
      Failures failures) {
    this.vertx = vertx;
    this.jobs = jobs;
    this.feed = feed;
    this.watch = watch;
    this.tenantExists = tenantExists;
    this.leaving = leaving;
    this.connections = connections;
    this.failures = failures;
  }

  void start() {
    beat();
    look();
  }

  private void beat() {
    vertx.setTimer(
        HEARTBEAT_MILLIS,
        _ -> {
          List.copyOf(open.keySet()).forEach(SseStream::heartbeat);
          beat();
        });
  }

  /**
   * Of a tenant that is being deleted there is nothing more to tell; and whoever would not be let
   * in any more hears nothing more.
   */
  private void look() {
    vertx.setTimer(
        LOOK_MILLIS,
        _ -> {
          Map.copyOf(open)
              .forEach(
                  (stream, following) -> {
                    if (leaving.test(following.tenant)) {
                      stream.end();
                    } else if (!Door.stillOpen(following.call)) {
                      stream.shut();
                    }
                  });
          look();
        });
  }

  /** Ends every stream. */
  void stop() {
    List.copyOf(open.keySet()).forEach(SseStream::end);
  }

  /** The {@code id} line of an event. */
  static String eventId(UUID job, Standing standing) {
    return job + ":" + standing.attempt() + ":" + standing.state();
  }

  static String text(Heard event, boolean messages) {
    return messages ? event.text() : event.textWithoutMessage();
  }

  /** One job: where it stands, then each transition, until it has ended. */
  void ofJob(RoutingContext context) {
    var problem = new QueryReader(context.queryParams(), Set.of()).problem();
    var id = JobPages.id(context);
    if (problem.isPresent() || id.isEmpty()) {
      Answers.problem(context.response(), problem.orElseGet(JobPages::invalidId));
    } else if (toldTheEnd(context.request().getHeader("last-event-id"), id.get())) {
      Answers.head(context.response(), 204, "text/event-stream");
      context.response().end();
    } else {
      connections.hold(context.request());
      ofJob(context, id.get());
    }
  }

  private void ofJob(RoutingContext context, UUID id) {
    var response = context.response();
    jobs.find(id)
        .onSuccess(
            found ->
                found.ifPresentOrElse(
                    job -> follow(context, job.summary()),
                    () -> Answers.problem(response, JobPages.unknown(id))))
        .onFailure(e -> Answers.problem(response, failures.problem(e)));
  }

  /** A tenant's jobs: each transition from now on. */
  void ofTenant(RoutingContext context) {
    var query = new QueryReader(context.queryParams(), Set.of("tenant", "type", "state"));
    var tenant = query.tenant(Door.caller(context));
    var states = query.states();
    var type = query.text("type");
    if (query.problem().isPresent()) {
      Answers.problem(context.response(), query.problem().get());
      return;
    }
    connections.hold(context.request());
    Predicate<Heard> wanted =
        event ->
            (type == null || type.equals(event.type()))
                && (states.isEmpty() || states.contains(event.standing().state()));
    tenantExists
        .apply(tenant)
        .onSuccess(
            exists -> {
              if (exists) {
                listen(context, tenant, wanted);
              } else {
                Answers.problem(context.response(), TenantPages.unknown(tenant));
              }
            })
        .onFailure(e -> Answers.problem(context.response(), failures.problem(e)));
  }

  /** A browser that reconnects after the end of a stream is told, by 204, to leave it at that. */
  private static boolean toldTheEnd(@Nullable String lastEventId, UUID job) {
    return lastEventId != null
        && lastEventId.startsWith(job + ":")
        && (lastEventId.endsWith(":SUCCEEDED")
            || lastEventId.endsWith(":FAILED")
            || lastEventId.endsWith(":CANCELLED"));
  }

  private void follow(RoutingContext context, JobSummary job) {
    var response = context.response();
    var stream = new SseStream(response);
    var follower = new JobFollower(stream, Door.caller(context).payloads());
    var subscription = watch.watch(job.tenant(), job.id(), follower);
    stream.whenEnded(subscription::close);
    // read again once we listen: what happens in between is seen by one or the other
    subscription
        .ready()
        .transform(_ -> jobs.find(job.id()))
        .onSuccess(
            again ->
                again.ifPresentOrElse(
                    present -> {
                      begin(stream, new Following(context, job.tenant()));
                      follower.begin(present.summary());
                    },
                    () -> refuse(response, stream, JobPages.unknown(job.id()))))
        .onFailure(e -> refuse(response, stream, failures.problem(e)));
  }

  private void listen(RoutingContext context, String tenant, Predicate<Heard> wanted) {
    var response = context.response();
    boolean messages = Door.caller(context).payloads();
    var stream = new SseStream(response);
    var subscription =
        feed.ofTenant(
            tenant,
            event -> {
              if (wanted.test(event)) {
                stream.send(eventId(event.id(), event.standing()), text(event, messages));
              }
            });
    stream.whenEnded(subscription::close);
    subscription
        .ready()
        .onSuccess(_ -> begin(stream, new Following(context, tenant)))
        .onFailure(e -> refuse(response, stream, failures.problem(e)));
  }

  private void begin(SseStream stream, Following following) {
    open.put(stream, following);
    stream.whenEnded(() -> open.remove(stream));
    stream.open();
  }

  private static void refuse(HttpServerResponse response, SseStream stream, Problem problem) {
    stream.drop();
    Answers.problem(response, problem);
  }
}
