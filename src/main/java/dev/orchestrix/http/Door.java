package dev.orchestrix.http;

import dev.orchestrix.auth.AuditLine;
import dev.orchestrix.auth.Bearer;
import dev.orchestrix.auth.Caller;
import dev.orchestrix.auth.Keys;
import dev.orchestrix.auth.Role;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lets callers in to what is open to them. What is another tenant's is answered as what does not
 * exist, after the same look at the database. Belongs to the event loop that made it.
 */
final class Door {
  private static final String CALLER = "caller";
  private static final Optional<Problem> NOTHING = Optional.empty();
  private static final CharSequence WWW_AUTHENTICATE =
      HttpHeaders.createOptimized("www-authenticate");
  private static final String CHALLENGE = "Bearer";

  private static final Set<String> OPEN =
      Arrays.stream(Call.values())
          .filter(call -> call.role() == null)
          .map(Call::path)
          .collect(Collectors.toSet());

  private final @Nullable Bearer bearer;
  private final Function<UUID, Future<Optional<String>>> ownerOfJob;
  private final Function<UUID, Future<Optional<String>>> ownerOfRedrive;
  private final Function<AuditLine, Future<Void>> audit;
  private final Failures failures;

  /**
   * @param ownerOfJob the tenant of a job, if there is such a job
   * @param ownerOfRedrive the same for a redrive
   * @param audit keeps a line of the audit log
   */
  Door(
      Keys keys,
      Function<UUID, Future<Optional<String>>> ownerOfJob,
      Function<UUID, Future<Optional<String>>> ownerOfRedrive,
      Function<AuditLine, Future<Void>> audit,
      Failures failures) {
    this.bearer = keys.required() ? new Bearer(keys) : null;
    this.ownerOfJob = ownerOfJob;
    this.ownerOfRedrive = ownerOfRedrive;
    this.audit = audit;
    this.failures = failures;
  }

  /** Whoever makes the request of a page that is not open to everybody. */
  static Caller caller(RoutingContext context) {
    Caller caller = context.get(CALLER);
    if (caller == null) {
      throw new IllegalStateException("nobody has looked who calls");
    }
    return caller;
  }

  /** Whoever makes a call that names no path; null when they were refused, and answered. */
  @Nullable Caller admit(HttpServerRequest request, Call call) {
    var caller = who(request);
    if (caller == null) {
      unknown(request);
    } else if (!reaches(caller, call)) {
      forbidden(request.response(), call);
      return null;
    }
    return caller;
  }

  /** Notes who calls. Who is not known gets no further than to what is open to everybody. */
  void enter(RoutingContext context) {
    var caller = who(context.request());
    if (caller != null) {
      context.put(CALLER, caller);
      context.next();
    } else if (OPEN.contains(context.request().path())) {
      context.next();
    } else {
      unknown(context.request());
    }
  }

  /** Lets a call through to its page, if it is open to its caller. */
  void pass(RoutingContext context, Call call, Consumer<RoutingContext> page) {
    if (call.role() == null) {
      page.accept(context);
      return;
    }
    var caller = caller(context);
    if (!reaches(caller, call)) {
      forbidden(context.response(), call);
      return;
    }
    var refusal =
        caller.everywhere() ? Future.succeededFuture(NOTHING) : refusal(context, call, caller);
    if (call.effect() != Effect.CHANGES && refusal.isComplete() && refusal.succeeded()) {
      refusal
          .result()
          .ifPresentOrElse(
              problem -> Answers.problem(context.response(), problem), () -> page.accept(context));
      return;
    }
    var request = context.request().pause();
    refusal
        .compose(
            refused -> refused.isPresent() ? refused(context, refused.get()) : note(context, call))
        .onSuccess(
            let -> {
              if (let) {
                page.accept(context);
              }
            })
        .onFailure(e -> Answers.problem(context.response(), failures.problem(e)))
        .onComplete(_ -> request.resume());
  }

  private static Future<Boolean> refused(RoutingContext context, Problem problem) {
    Answers.problem(context.response(), problem);
    return Future.succeededFuture(false);
  }

  /** What changes something has a line in the audit log before it does. */
  private Future<Boolean> note(RoutingContext context, Call call) {
    return call.effect() == Effect.CHANGES
        ? Trail.begin(context, call, audit).map(true)
        : Future.succeededFuture(true);
  }

  /** Answers that only those of all tenants may do this. */
  static Problem ofAllTenants() {
    return Problem.of(ProblemCode.FORBIDDEN, "it is about all tenants, and the key is of one");
  }

  /** Why a call is not open to a caller of one tenant, if it is not. */
  private Future<Optional<Problem>> refusal(RoutingContext context, Call call, Caller caller) {
    return switch (call.whose()) {
      case NAMED -> Future.succeededFuture(NOTHING);
      case ALL -> Future.succeededFuture(Optional.of(ofAllTenants()));
      case TENANT -> {
        var id = String.valueOf(context.pathParam("id"));
        yield Future.succeededFuture(
            caller.covers(id) ? NOTHING : Optional.of(TenantPages.unknown(Violations.shown(id))));
      }
      case JOB -> look(context, caller, ownerOfJob, JobPages::unknown);
      case LETTER -> look(context, caller, ownerOfJob, DeadLetterPages::unknown);
      case REDRIVE -> look(context, caller, ownerOfRedrive, RedrivePages::unknown);
    };
  }

  private static Future<Optional<Problem>> look(
      RoutingContext context,
      Caller caller,
      Function<UUID, Future<Optional<String>>> owner,
      Function<UUID, Problem> unknown) {
    var id = JobPages.id(context);
    if (id.isEmpty()) {
      return Future.succeededFuture(NOTHING); // the page says what an id looks like
    }
    return owner
        .apply(id.get())
        .map(
            tenant ->
                tenant.filter(caller::covers).isPresent()
                    ? NOTHING
                    : Optional.of(unknown.apply(id.get())));
  }

  private @Nullable Caller who(HttpServerRequest request) {
    return bearer == null
        ? Caller.ANYBODY
        : bearer.caller(request.getHeader(HttpHeaders.AUTHORIZATION));
  }

  private static boolean reaches(Caller caller, Call call) {
    var least = call.role();
    return least == null || caller.role().reaches(least);
  }

  private static void unknown(HttpServerRequest request) {
    boolean tried = request.headers().contains(HttpHeaders.AUTHORIZATION);
    var response = request.response();
    if (Answers.open(response)) {
      response.headers().set(WWW_AUTHENTICATE, CHALLENGE);
    }
    Answers.problem(
        response,
        Problem.of(
            ProblemCode.UNAUTHENTICATED,
            tried
                ? "the key is unknown, revoked or over"
                : "send a key in the header Authorization: Bearer ox_..."));
  }

  private static void forbidden(HttpServerResponse response, Call call) {
    var least = call.role() == null ? Role.VIEWER : call.role();
    Answers.problem(
        response, Problem.of(ProblemCode.FORBIDDEN, "it needs the role " + least.label()));
  }
}
