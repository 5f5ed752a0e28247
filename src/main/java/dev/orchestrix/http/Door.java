package dev.orchestrix.http;

import dev.orchestrix.auth.Access;
import dev.orchestrix.auth.Bearer;
import dev.orchestrix.auth.Caller;
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
  private static final String CALLER = "caller";
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
  private final Function<UUID, Future<Optional<String>>> ownerOfJob;
  private final Function<UUID, Future<Optional<String>>> ownerOfRedrive;
  private final Failures failures;
  private int waiting;

  /**
   * @param ownerOfJob the tenant of a job, if there is such a job
   * @param ownerOfRedrive the same for a redrive
   */
  Door(
      Access access,
      Function<UUID, Future<Optional<String>>> ownerOfJob,
      Function<UUID, Future<Optional<String>>> ownerOfRedrive,
      Failures failures) {
    this.bearer = access.required() ? new Bearer(access) : null;
    this.ownerOfJob = ownerOfJob;
    this.ownerOfRedrive = ownerOfRedrive;
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
          context.put(CALLER, caller);
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
    } else if (caller.everywhere()) {
      page.accept(context);
    } else {
      own(context, call, caller, page);
    }
  }

  /** Answers that only those of all tenants may do this. */
  static Problem ofAllTenants() {
    return Problem.of(ProblemCode.FORBIDDEN, "it is about all tenants, and the key is of one");
  }

  private void own(
      RoutingContext context, Call call, Caller caller, Consumer<RoutingContext> page) {
    switch (call.whose()) {
      case NAMED -> page.accept(context);
      case ALL -> Answers.problem(context.response(), ofAllTenants());
      case TENANT -> {
        var id = String.valueOf(context.pathParam("id"));
        if (caller.covers(id)) {
          page.accept(context);
        } else {
          Answers.problem(context.response(), TenantPages.unknown(Violations.shown(id)));
        }
      }
      case JOB -> look(context, page, caller, ownerOfJob, JobPages::unknown);
      case LETTER -> look(context, page, caller, ownerOfJob, DeadLetterPages::unknown);
      case REDRIVE -> look(context, page, caller, ownerOfRedrive, RedrivePages::unknown);
    }
  }

  private void look(
      RoutingContext context,
      Consumer<RoutingContext> page,
      Caller caller,
      Function<UUID, Future<Optional<String>>> owner,
      Function<UUID, Problem> unknown) {
    var id = JobPages.id(context);
    if (id.isEmpty()) {
      page.accept(context); // says what an id looks like
      return;
    }
    var request = context.request().pause();
    owner
        .apply(id.get())
        .onSuccess(
            tenant -> {
              if (tenant.filter(caller::covers).isPresent()) {
                page.accept(context);
              } else {
                Answers.problem(context.response(), unknown.apply(id.get()));
              }
            })
        .onFailure(e -> Answers.problem(context.response(), failures.problem(e)))
        .onComplete(_ -> request.resume());
  }

  /** Goes on with whoever calls, or answers why not. */
  private void meet(HttpServerRequest request, Consumer<Caller> next) {
    if (bearer == null) {
      next.accept(Caller.ANYBODY);
      return;
    }
    switch (bearer.visitor(request.getHeader(HttpHeaders.AUTHORIZATION))) {
      case Caller caller -> next.accept(caller);
      case Visitor.Stranger(var tried, var detail) ->
          refuse(
              request, tried ? INVALID : CHALLENGE, Problem.of(ProblemCode.UNAUTHENTICATED, detail));
      case Visitor.Powerless(var detail) ->
          refuse(request, INSUFFICIENT, Problem.of(ProblemCode.FORBIDDEN, detail));
      case Visitor.Undecided(var detail) -> undecided(request, detail);
      case Visitor.Later(var keys) -> {
        if (waiting < MOST_WAITING) {
          wait(request, keys, next);
        } else {
          undecided(request, "too many wait for the keys of the tokens' issuer");
        }
      }
    }
  }

  private void wait(HttpServerRequest request, Future<Void> keys, Consumer<Caller> next) {
    var loop = Vertx.currentContext();
    waiting++;
    var _ = request.pause();
    var _ =
        keys.onComplete(
            _ ->
                loop.runOnContext(
                    _ -> {
                      waiting--;
                      meet(request, next);
                      var _ = request.resume();
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
