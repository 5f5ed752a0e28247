package dev.orchestrix.http;

import dev.orchestrix.auth.Caller;
import dev.orchestrix.core.job.LetterFilter;
import dev.orchestrix.query.DeadLetterCount;
import dev.orchestrix.query.Redrive;
import dev.orchestrix.recover.Redriving;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code /dlq/redrive} and {@code /dlq/redrives}: failed jobs, many at a time. */
final class RedrivePages {
  private static final Violation UNKNOWN_TENANT =
      new Violation("/filter/tenant", ProblemCode.UNKNOWN_TENANT, "there is no such tenant");

  private final DeadLetterCalls calls;
  private final Function<String, Future<Boolean>> tenantExists;
  private final Predicate<String> leaving;
  private final OptionalBody bodies;
  private final Failures failures;

  RedrivePages(
      DeadLetterCalls calls,
      Function<String, Future<Boolean>> tenantExists,
      Predicate<String> leaving,
      OptionalBody bodies,
      Failures failures) {
    this.calls = calls;
    this.tenantExists = tenantExists;
    this.leaving = leaving;
    this.bodies = bodies;
    this.failures = failures;
  }

  /** Asks for a redrive, or looks at what it would do. */
  void ask(RoutingContext context) {
    var caller = Door.caller(context);
    bodies.read(
        context,
        bytes -> {
          switch (RedriveReader.read(bytes, caller.home())) {
            case RedriveReader.Refused(var problem) -> Answers.problem(context.response(), problem);
            case RedriveReader.Read(var order, var preview) ->
                known(order.filter().tenant(), caller)
                    .onSuccess(
                        known -> {
                          if (!known) {
                            Answers.problem(
                                context.response(), Problem.of(List.of(UNKNOWN_TENANT)));
                          } else if (preview) {
                            note(context, order, null);
                            preview(context, order.filter());
                          } else if (leaving.test(order.filter().tenant())) {
                            Answers.problem(
                                context.response(), TenantPages.leaving(order.filter().tenant()));
                          } else {
                            ask(context, order);
                          }
                        })
                    .onFailure(e -> failed(context, e));
          }
        });
  }

  /** Redrives of a tenant, newest first. */
  void list(RoutingContext context) {
    var query = new QueryReader(context.queryParams(), Set.of("tenant", "limit", "cursor"));
    var tenant = query.tenant(Door.caller(context));
    var paging = DeadLetterPages.paging(query);
    if (query.problem().isPresent()) {
      Answers.problem(context.response(), query.problem().get());
      return;
    }
    calls
        .queries()
        .redrives(tenant, paging)
        .onSuccess(all -> Answers.json(context.response(), 200, json(all, paging.limit())))
        .onFailure(e -> failed(context, e));
  }

  /** One redrive. */
  void one(RoutingContext context) {
    var problem = new QueryReader(context.queryParams(), Set.of()).problem();
    if (problem.isPresent()) {
      Answers.problem(context.response(), problem.get());
      return;
    }
    withId(context, id -> show(context, id, 200));
  }

  /** Stops one; what it has moved goes its way. */
  void stop(RoutingContext context) {
    command(
        context,
        id ->
            calls
                .redriving()
                .stop(id)
                .map(stopped -> stopped ? Optional.of(0) : Optional.<Integer>empty()));
  }

  /** Stops one and takes back what has not started. */
  void undo(RoutingContext context) {
    command(context, calls.redriving()::undo);
  }

  private Future<Boolean> known(String tenant, Caller caller) {
    return caller.covers(tenant) ? tenantExists.apply(tenant) : Future.succeededFuture(false);
  }

  private void command(RoutingContext context, Function<UUID, Future<Optional<Integer>>> command) {
    withId(
        context,
        id ->
            bodies.read(
                context,
                bytes -> {
                  var problem =
                      bytes.length == 0
                          ? Optional.<Problem>empty()
                          : new Document(bytes, 8).read(_ -> false, () -> {});
                  if (problem.isPresent()) {
                    Answers.problem(context.response(), problem.get());
                    return;
                  }
                  command
                      .apply(id)
                      .onSuccess(
                          done -> {
                            if (done.isPresent()) {
                              ended(context, id);
                            } else {
                              tooLate(context, id);
                            }
                          })
                      .onFailure(e -> failed(context, e));
                }));
  }

  private void ask(RoutingContext context, Redriving.Order order) {
    calls
        .redriving()
        .ask(order)
        .onSuccess(
            id -> {
              note(context, order, id);
              if (Answers.open(context.response())) {
                context.response().headers().set(HttpHeaders.LOCATION, Paths.REDRIVES + "/" + id);
              }
              show(context, id, 202);
            })
        .onFailure(e -> failed(context, e));
  }

  /**
   * Notes what was asked for.
   *
   * @param id of the redrive, or null for a preview
   */
  private static void note(RoutingContext context, Redriving.Order order, @Nullable UUID id) {
    Trail.changed(
        context,
        order.filter().tenant(),
        id == null ? "preview" : id.toString(),
        null,
        out -> {
          out.writeStringField("type", order.filter().type());
          out.writeStringField("category", order.filter().category());
          out.writeStringField("fingerprint", order.filter().fingerprint());
          out.writeNumberField("rate", order.rate());
          out.writeBooleanField("preview", id == null);
        });
  }

  /** Shows a redrive that was just stopped or undone. */
  private void ended(RoutingContext context, UUID id) {
    calls
        .queries()
        .redriveOwner(id)
        .onSuccess(
            tenant ->
                Trail.changed(
                    context,
                    tenant.orElse(null),
                    id.toString(),
                    null,
                    out -> out.writeBooleanField("stopped", true)))
        .onComplete(_ -> show(context, id, 200));
  }

  private void preview(RoutingContext context, LetterFilter filter) {
    calls
        .queries()
        .count(filter)
        .onSuccess(
            count ->
                Answers.json(context.response(), 200, json(count, Door.caller(context).payloads())))
        .onFailure(e -> failed(context, e));
  }

  private void show(RoutingContext context, UUID id, int status) {
    calls
        .queries()
        .redrive(id)
        .onSuccess(
            found ->
                found.ifPresentOrElse(
                    redrive ->
                        Answers.json(
                            context.response(),
                            status,
                            JsonBody.of(out -> DeadLetterJson.redrive(out, redrive))),
                    () -> Answers.problem(context.response(), unknown(id))))
        .onFailure(e -> failed(context, e));
  }

  private void tooLate(RoutingContext context, UUID id) {
    calls
        .queries()
        .redrive(id)
        .onSuccess(
            found ->
                found.ifPresentOrElse(
                    redrive ->
                        DeadLetterJson.conflict(
                            context.response(),
                            Problem.of(
                                ProblemCode.REDRIVE_ENDED, "the redrive is " + redrive.state()),
                            redrive.state().name()),
                    () -> Answers.problem(context.response(), unknown(id))))
        .onFailure(e -> failed(context, e));
  }

  private static void withId(RoutingContext context, Consumer<UUID> use) {
    JobPages.id(context)
        .ifPresentOrElse(use, () -> Answers.problem(context.response(), JobPages.invalidId()));
  }

  static Problem unknown(UUID id) {
    return Problem.of(ProblemCode.UNKNOWN_REDRIVE, "there is no redrive " + id);
  }

  private void failed(RoutingContext context, Throwable error) {
    Answers.problem(context.response(), failures.problem(error));
  }

  private static Buffer json(List<Redrive> all, int limit) {
    var page = all.subList(0, Math.min(limit, all.size()));
    return JsonBody.of(
        out -> {
          out.writeArrayFieldStart("items");
          for (var redrive : page) {
            out.writeStartObject();
            DeadLetterJson.redrive(out, redrive);
            out.writeEndObject();
          }
          out.writeEndArray();
          DeadLetterJson.next(out, all.size() > limit ? page.getLast().id() : null);
        });
  }

  private static Buffer json(DeadLetterCount count, boolean messages) {
    return JsonBody.of(
        out -> {
          out.writeNumberField("count", count.count());
          out.writeBooleanField("complete", count.complete());
          DeadLetterJson.letters(out, "sample", count.sample(), messages);
        });
  }
}
