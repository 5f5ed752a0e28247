package dev.orchestrix.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orchestrix.core.limit.LimitKind;
import dev.orchestrix.tenant.Limit;
import dev.orchestrix.tenant.Limits;
import dev.orchestrix.tenant.Rules;
import dev.orchestrix.tenant.Tenants;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** {@code /limits}: the limits of types and keys. */
final class LimitPages {
  private static final String KINDS = "expected type, rate_key or concurrency_key";

  private final Limits limits;
  private final Tenants tenants;
  private final Budget budget;
  private final int maxBody;
  private final Failures failures;

  LimitPages(Rules rules, Budget budget, int maxBody, Failures failures) {
    this.limits = rules.limits();
    this.tenants = rules.tenants();
    this.budget = budget;
    this.maxBody = maxBody;
    this.failures = failures;
  }

  /** A page of limits. */
  void list(RoutingContext context) {
    var query = new QueryReader(context.queryParams(), Set.of("kind", "tenant", "limit", "cursor"));
    var kind = Optional.ofNullable(query.text("kind"));
    var known = kind.flatMap(LimitKind::ofLabel);
    if (kind.isPresent() && known.isEmpty()) {
      query.note("kind", KINDS);
    }
    var caller = Door.caller(context);
    boolean named = query.text("tenant") != null || !caller.everywhere();
    var tenant = named ? query.tenant(caller) : null;
    var after = query.cursor(LimitCursor::read);
    int most = query.wholeNumber("limit", 1, 200, 50);
    if (query.problem().isPresent()) {
      Answers.problem(context.response(), query.problem().get());
      return;
    }
    limits
        .list(known.orElse(null), tenant, after.orElse(null), most + 1)
        .onSuccess(
            found ->
                Answers.json(
                    context.response(),
                    200,
                    JsonBody.page(found, most, LimitPages::write, LimitCursor::write)))
        .onFailure(e -> Answers.problem(context.response(), failures.problem(e)));
  }

  /** One limit. */
  void one(RoutingContext context) {
    place(context).ifPresent(place -> answer(context, place, limits.find(place)));
  }

  /** Takes a limit away. */
  void delete(RoutingContext context) {
    place(context)
        .ifPresent(
            place ->
                answer(
                    context,
                    place,
                    limits
                        .remove(place)
                        .onSuccess(
                            was ->
                                was.ifPresent(_ -> note(context, place, was, Optional.empty())))));
  }

  /** Sets a limit. */
  void put(RoutingContext context) {
    place(context)
        .ifPresent(
            place ->
                BodyReader.jsonBesideQuery(context.request(), maxBody, budget)
                    .onSuccess(
                        body -> {
                          switch (body) {
                            case Body.Refused(var problem) ->
                                Answers.problem(context.response(), problem);
                            case Body.Whole(var bytes) -> put(context, place, bytes);
                          }
                        }));
  }

  private void put(RoutingContext context, Limits.Place place, Buffer body) {
    budget.give(body.length());
    switch (LimitReader.read(body.getBytes(), place)) {
      case LimitReader.Refused(var problem) -> Answers.problem(context.response(), problem);
      case LimitReader.Read(var limit) ->
          known(place)
              .compose(
                  there ->
                      there && !tenants.leaving(place.tenant())
                          ? put(context, place, limit)
                          : Future.succeededFuture(Optional.<Limit>empty()))
              .onSuccess(
                  stored ->
                      stored.ifPresentOrElse(
                          it -> answer(context, it),
                          () -> Answers.problem(context.response(), without(place.tenant()))))
              .onFailure(e -> Answers.problem(context.response(), failures.problem(e)));
    }
  }

  private Future<Optional<Limit>> put(RoutingContext context, Limits.Place place, Limit limit) {
    return limits
        .find(place)
        .compose(
            before ->
                limits
                    .put(limit)
                    .onSuccess(now -> now.ifPresent(_ -> note(context, place, before, now))));
  }

  private static void note(
      RoutingContext context, Limits.Place place, Optional<Limit> before, Optional<Limit> now) {
    Trail.changed(
        context,
        place.kind().ofTenant() ? place.tenant() : null,
        place.kind().label() + "/" + place.name(),
        before.<JsonBody.Members>map(was -> out -> write(out, was)).orElse(null),
        now.<JsonBody.Members>map(is -> out -> write(out, is))
            .orElse(out -> out.writeBooleanField("limited", false)));
  }

  private Problem without(String tenant) {
    return tenants.leaving(tenant) ? TenantPages.leaving(tenant) : TenantPages.unknown(tenant);
  }

  private Future<Boolean> known(Limits.Place place) {
    return place.kind().ofTenant() ? tenants.exists(place.tenant()) : Future.succeededFuture(true);
  }

  /** What the path and the query name; an answer was given when that is nothing. */
  private static Optional<Limits.Place> place(RoutingContext context) {
    var kind = LimitKind.ofLabel(parameter(context, "kind"));
    if (kind.isEmpty()) {
      Answers.problem(context.response(), Problem.of(ProblemCode.INVALID_ID, KINDS));
      return Optional.empty();
    }
    boolean ofTenant = kind.get().ofTenant();
    var caller = Door.caller(context);
    if (!ofTenant && !caller.everywhere()) {
      Answers.problem(context.response(), Door.ofAllTenants());
      return Optional.empty();
    }
    var query =
        new QueryReader(context.queryParams(), ofTenant ? Set.of("tenant") : Set.<String>of());
    var tenant = ofTenant ? query.tenant(caller) : "";
    var name = parameter(context, "name");
    var problem =
        query
            .problem()
            .or(
                () ->
                    fits(kind.get(), name)
                        ? Optional.empty()
                        : Optional.of(
                            Problem.of(
                                ProblemCode.INVALID_ID,
                                "no " + kind.get().label() + " has that name")));
    problem.ifPresent(it -> Answers.problem(context.response(), it));
    return problem.isPresent()
        ? Optional.empty()
        : Optional.of(new Limits.Place(kind.get(), tenant, name));
  }

  private static boolean fits(LimitKind kind, String name) {
    return kind == LimitKind.TYPE ? JobDraft.typed(name) : ThrottleDraft.isKey(name);
  }

  private static String parameter(RoutingContext context, String name) {
    return Objects.requireNonNullElse(context.pathParam(name), "");
  }

  private void answer(RoutingContext context, Limits.Place place, Future<Optional<Limit>> asked) {
    asked
        .onSuccess(
            found ->
                found.ifPresentOrElse(
                    limit -> answer(context, limit),
                    () ->
                        Answers.problem(
                            context.response(),
                            Problem.of(
                                ProblemCode.UNKNOWN_LIMIT,
                                place.kind().label() + " " + place.name() + " has no limit"))))
        .onFailure(e -> Answers.problem(context.response(), failures.problem(e)));
  }

  private static void answer(RoutingContext context, Limit limit) {
    Answers.json(context.response(), 200, JsonBody.of(out -> write(out, limit)));
  }

  private static void write(JsonGenerator out, Limit limit) throws IOException {
    out.writeStringField("kind", limit.kind().label());
    if (limit.kind().ofTenant()) {
      out.writeStringField("tenant", limit.tenant());
    }
    out.writeStringField("name", limit.name());
    TenantPages.write(out, limit.rate(), limit.running());
    if (limit.kind() == LimitKind.CONCURRENCY_KEY) {
      out.writeStringField("strategy", limit.strategy().label());
    }
  }
}
