package dev.orchestrix.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.core.limit.PauseKind;
import dev.orchestrix.tenant.Pause;
import dev.orchestrix.tenant.Pauses;
import dev.orchestrix.tenant.Rules;
import dev.orchestrix.tenant.Tenants;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /controls} and the pauses of tenants: what must not start for the time being. */
final class PausePages {
  private final Pauses pauses;
  private final Tenants tenants;
  private final OptionalBody bodies;
  private final Failures failures;

  PausePages(Rules rules, OptionalBody bodies, Failures failures) {
    this.pauses = rules.pauses();
    this.tenants = rules.tenants();
    this.bodies = bodies;
    this.failures = failures;
  }

  /** All that is paused. */
  void list(RoutingContext context) {
    var problem = new QueryReader(context.queryParams(), Set.of()).problem();
    if (problem.isPresent()) {
      Answers.problem(context.response(), problem.get());
      return;
    }
    pauses
        .list()
        .onSuccess(
            all -> Answers.json(context.response(), 200, JsonBody.items(all, PausePages::write)))
        .onFailure(e -> Answers.problem(context.response(), failures.problem(e)));
  }

  /** Pauses a type or a priority. */
  void pause(RoutingContext context) {
    kind(context).ifPresent(kind -> pause(context, kind, parameter(context, "name")));
  }

  /** Lets a type or a priority go on. */
  void resume(RoutingContext context) {
    kind(context).ifPresent(kind -> resume(context, kind, parameter(context, "name")));
  }

  /** Pauses a tenant. */
  void pauseTenant(RoutingContext context) {
    pause(context, PauseKind.TENANT, parameter(context, "id"));
  }

  /** Lets a tenant go on. */
  void resumeTenant(RoutingContext context) {
    resume(context, PauseKind.TENANT, parameter(context, "id"));
  }

  private static Optional<PauseKind> kind(RoutingContext context) {
    var kind = PauseKind.ofLabel(parameter(context, "kind"));
    if (kind.isEmpty()) {
      Answers.problem(
          context.response(),
          Problem.of(ProblemCode.INVALID_ID, "expected tenant, type or priority"));
    }
    return kind;
  }

  private void pause(RoutingContext context, PauseKind kind, String name) {
    bodies.read(
        context,
        body -> {
          var reader = new PauseReader(body, InstantSource.system());
          var problem = reader.problem();
          if (problem.isPresent()) {
            Answers.problem(context.response(), problem.get());
            return;
          }
          var before = pauses.paused(kind, name);
          refusal(kind, name)
              .compose(
                  refused ->
                      refused.isPresent()
                          ? Future.succeededFuture(refused)
                          : pauses
                              .pause(kind, name, by(context, reader), reader.why(), reader.until())
                              .map(
                                  paused -> {
                                    paused.ifPresent(
                                        pause -> {
                                          note(context, before, pause);
                                          answer(context, pause);
                                        });
                                    return paused.isPresent()
                                        ? Optional.<Problem>empty()
                                        : Optional.of(TenantPages.leaving(name));
                                  }))
              .onSuccess(
                  refused -> refused.ifPresent(it -> Answers.problem(context.response(), it)))
              .onFailure(e -> Answers.problem(context.response(), failures.problem(e)));
        });
  }

  /** Whoever calls, and whom they name. */
  static String by(RoutingContext context, PauseReader reader) {
    var who = Door.caller(context).who();
    return reader.by() == null ? who : who + " for " + reader.by();
  }

  private static void note(RoutingContext context, Optional<Pause> before, Pause now) {
    note(context, now.kind(), now.name(), before, out -> write(out, now));
  }

  private static void note(
      RoutingContext context,
      PauseKind kind,
      String name,
      Optional<Pause> before,
      JsonBody.Members now) {
    Trail.changed(
        context,
        kind == PauseKind.TENANT ? name : null,
        kind.label() + "/" + name,
        before.<JsonBody.Members>map(was -> out -> write(out, was)).orElse(null),
        now);
  }

  private void resume(RoutingContext context, PauseKind kind, String name) {
    var before = pauses.paused(kind, name);
    refusal(kind, name)
        .compose(
            refused ->
                refused.isPresent()
                    ? Future.succeededFuture(refused)
                    : pauses
                        .resume(kind, name)
                        .map(
                            was ->
                                was
                                    ? Optional.<Problem>empty()
                                    : Optional.of(
                                        Problem.of(
                                            ProblemCode.NOT_PAUSED,
                                            kind.label() + " " + name + " is not paused"))))
        .onSuccess(
            refused ->
                refused.ifPresentOrElse(
                    it -> Answers.problem(context.response(), it),
                    () -> {
                      note(context, kind, name, before, out -> writeResumed(out, kind, name));
                      Answers.json(
                          context.response(),
                          200,
                          JsonBody.of(out -> writeResumed(out, kind, name)));
                    }))
        .onFailure(e -> Answers.problem(context.response(), failures.problem(e)));
  }

  private static void writeResumed(JsonGenerator out, PauseKind kind, String name)
      throws IOException {
    out.writeStringField("kind", kind.label());
    out.writeStringField("name", name);
    out.writeBooleanField("paused", false);
  }

  /** Why there is nothing of that name, if so. A type exists when somebody names it. */
  private Future<Optional<Problem>> refusal(PauseKind kind, String name) {
    return switch (kind) {
      case TENANT ->
          tenants
              .exists(name)
              .map(
                  there -> {
                    if (there) {
                      return tenants.leaving(name)
                          ? Optional.of(TenantPages.leaving(name))
                          : Optional.empty();
                    }
                    return Optional.of(TenantPages.unknown(Violations.shown(name)));
                  });
      case TYPE ->
          Future.succeededFuture(
              JobDraft.typed(name)
                  ? Optional.empty()
                  : Optional.of(Problem.of(ProblemCode.INVALID_ID, "no type has that name")));
      case PRIORITY ->
          Future.succeededFuture(
              Priority.ofLabel(name).isPresent()
                  ? Optional.empty()
                  : Optional.of(
                      Problem.of(ProblemCode.INVALID_ID, "expected high, normal or low")));
    };
  }

  private static String parameter(RoutingContext context, String name) {
    return Objects.requireNonNullElse(context.pathParam(name), "");
  }

  private static void answer(RoutingContext context, Pause pause) {
    Answers.json(
        context.response(),
        200,
        JsonBody.of(
            out -> {
              write(out, pause);
              out.writeBooleanField("paused", true);
            }));
  }

  /** Writes the fields of a pause. */
  static void write(JsonGenerator out, Pause pause) throws IOException {
    out.writeStringField("kind", pause.kind().label());
    out.writeStringField("name", pause.name());
    out.writeStringField("by", pause.by());
    out.writeStringField("why", pause.why());
    out.writeStringField("since", time(pause.since()));
    out.writeStringField("until", time(pause.until()));
  }

  private static @Nullable String time(@Nullable Instant instant) {
    return instant == null ? null : instant.toString();
  }
}
