package dev.orchestrix.http;

import static java.util.Objects.requireNonNull;

import dev.orchestrix.auth.Access;
import dev.orchestrix.auth.AuditLine;
import dev.orchestrix.auth.Bearer;
import dev.orchestrix.auth.Caller;
import dev.orchestrix.auth.RequestLimits;
import dev.orchestrix.auth.Role;
import dev.orchestrix.auth.Visitor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lets callers in to what is open to them. What is another tenant's is answered as what does not
 * exist, after the same look at the database. Belongs to the event loop that made it.
 */
final class Door {
  private static final String GUEST = "guest";
  private static final Optional<Problem> NOTHING = Optional.empty();
  private static final CharSequence WWW_AUTHENTICATE =
      HttpHeaders.createOptimized("www-authenticate");
  private static final CharSequence CHALLENGE = HttpHeaders.createOptimized("Bearer");
  private static final CharSequence INVALID =
      HttpHeaders.createOptimized("Bearer error=\"invalid_token\"");
  private static final CharSequence INSUFFICIENT =
      HttpHeaders.createOptimized("Bearer error=\"insufficient_scope\"");

  /** Requests that may wait for keys of the tokens' issuer at once. */
  private static final int MOST_WAITING = 256;

  private static final Set<String> OPEN =
      Arrays.stream(Call.values())
          .filter(call -> call.role() == null)
          .map(Call::path)
          .collect(Collectors.toSet());

  private final @Nullable Bearer bearer;
  private final RequestCount requests;
  private final Function<UUID, Future<Optional<String>>> ownerOfJob;
  private final Function<UUID, Future<Optional<String>>> ownerOfRedrive;
  private final Function<AuditLine, Future<Void>> audit;
  private final Failures failures;
  private int waiting;

  /** Whether the page that is being called waits itself before it reads the request. */
  private boolean paused;

  /** Somebody who was let in, and where. */
  private record Guest(Caller caller, Door door) {}

  /**
   * @param ownerOfJob the tenant of a job, if there is such a job
   * @param ownerOfRedrive the same for a redrive
   * @param audit keeps a line of the audit log
   */
  Door(
      Access access,
      Function<UUID, Future<Optional<String>>> ownerOfJob,
      Function<UUID, Future<Optional<String>>> ownerOfRedrive,
      Function<AuditLine, Future<Void>> audit,
      Failures failures) {
    this.bearer = access.required() ? new Bearer(access) : null;
    this.requests = new RequestCount(access.requestLimits());
    this.ownerOfJob = ownerOfJob;
    this.ownerOfRedrive = ownerOfRedrive;
    this.audit = audit;
    this.failures = failures;
  }

  /** Whoever makes the request of a page that is not open to everybody. */
  static Caller caller(RoutingContext context) {
    return guest(context).caller;
  }

  /**
   * Whether whoever makes a request would be let in now. Their key or token may have ended since or
   * been revoked; what cannot be decided holds.
   */
  static boolean stillOpen(RoutingContext context) {
    return guest(context).door.opens(context.request());
  }

  /** Answers somebody who would not be let in any more. */
  static void shut(HttpServerRequest request) {
    refuse(
        request,
        INVALID,
        Problem.of(
            ProblemCode.UNAUTHENTICATED, "the key or token was revoked or has ended meanwhile"));
  }

  private static Guest guest(RoutingContext context) {
    Guest guest = context.get(GUEST);
    if (guest == null) {
      throw new IllegalStateException("nobody has looked who calls");
    }
    return guest;
  }

  private boolean opens(HttpServerRequest request) {
    return bearer == null
        || switch (bearer.visitor(request.getHeader(HttpHeaders.AUTHORIZATION))) {
          case Caller _, Visitor.Undecided _, Visitor.Later _ -> true;
          case Visitor.Stranger _, Visitor.Powerless _ -> false;
        };
  }

  /** Lets a call go on that names no path, if it is open to its caller. */
  void admit(HttpServerRequest request, Call call, BiConsumer<HttpServerRequest, Caller> page) {
    meet(
        request,
        caller -> {
          if (reaches(caller, call)) {
            page.accept(request, caller);
          } else {
            forbidden(request.response(), call);
          }
        });
  }

  /** Notes who calls. Who is not known gets no further than to what is open to everybody. */
  void enter(RoutingContext context) {
    if (OPEN.contains(context.request().path())) {
      context.next();
      return;
    }
    meet(
        context.request(),
        caller -> {
          context.put(GUEST, new Guest(caller, this));
          context.next();
        });
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
    paused = true;
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

  /** Goes on with whoever calls, or answers why not. */
  private void meet(HttpServerRequest request, Consumer<Caller> next) {
    if (bearer == null) {
      next.accept(Caller.ANYBODY);
      return;
    }
    switch (bearer.visitor(request.getHeader(HttpHeaders.AUTHORIZATION))) {
      case Caller caller -> count(request, caller, next);
      case Visitor.Stranger(var tried, var detail) ->
          refuse(
              request,
              tried ? INVALID : CHALLENGE,
              Problem.of(ProblemCode.UNAUTHENTICATED, detail));
      case Visitor.Powerless(var detail) ->
          refuse(request, INSUFFICIENT, Problem.of(ProblemCode.FORBIDDEN, detail));
      case Visitor.Undecided(var detail) -> undecided(request, detail);
      case Visitor.Later(var keys) -> {
        if (waiting < MOST_WAITING) {
          waiting++;
          wait(
              request,
              keys,
              () -> {
                waiting--;
                meet(request, next);
              });
        } else {
          undecided(request, "too many wait for the keys of the tokens' issuer");
        }
      }
    }
  }

  /** Goes on with a caller who has not made too many requests; the others have been answered. */
  private void count(HttpServerRequest request, Caller caller, Consumer<Caller> next) {
    switch (requests.of(request.response(), caller)) {
      case RequestLimits.Free _, RequestLimits.Within _ -> next.accept(caller);
      case RequestLimits.TooMany _ -> {}
      case RequestLimits.Later(var asked) ->
          wait(request, asked, () -> count(request, caller, next));
    }
  }

  /** Tries again when that has completed, well or not; the request is not read until then. */
  private void wait(HttpServerRequest request, Future<Void> signal, Runnable again) {
    var loop = requireNonNull(Vertx.currentContext());
    var _ = request.pause();
    var _ =
        signal.onComplete(
            _ ->
                loop.runOnContext(
                    _ -> {
                      paused = false;
                      again.run();
                      if (!paused) {
                        var _ = request.resume();
                      }
                    }));
  }

  private static void undecided(HttpServerRequest request, String detail) {
    Answers.problem(request.response(), Problem.of(ProblemCode.UNAVAILABLE, detail));
  }

  private static void refuse(HttpServerRequest request, CharSequence challenge, Problem problem) {
    var response = request.response();
    if (Answers.open(response)) {
      response.headers().set(WWW_AUTHENTICATE, challenge);
    }
    Answers.problem(response, problem);
  }

  private static boolean reaches(Caller caller, Call call) {
    var least = call.role();
    return least == null || caller.role().reaches(least);
  }

  private static void forbidden(HttpServerResponse response, Call call) {
    var least = call.role() == null ? Role.VIEWER : call.role();
    if (Answers.open(response)) {
      response.headers().set(WWW_AUTHENTICATE, INSUFFICIENT);
    }
    Answers.problem(
        response, Problem.of(ProblemCode.FORBIDDEN, "it needs the role " + least.label()));
  }
}
