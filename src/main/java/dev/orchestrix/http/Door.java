package dev.orchestrix.http;

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
  private final Failures failures;

  /**
   * @param ownerOfJob the tenant of a job, if there is such a job
   * @param ownerOfRedrive the same for a redrive
   */
  Door(
      Keys keys,
      Function<UUID, Future<Optional<String>>> ownerOfJob,
      Function<UUID, Future<Optional<String>>> ownerOfRedrive,
      Failures failures) {
    this.bearer = keys.required() ? new Bearer(keys) : null;
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
