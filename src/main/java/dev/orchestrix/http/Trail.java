package dev.orchestrix.http;

import dev.orchestrix.auth.AuditLine;
import dev.orchestrix.store.Ids;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The line of one call in the audit log: written before the call begins, so that no change is
 * without one, and again with what became of it once the call was answered. Belongs to the event
 * loop of its call.
 */
final class Trail {
  private static final Logger LOG = LoggerFactory.getLogger(Trail.class);
  private static final String KEY = "trail";

  private final Function<AuditLine, Future<Void>> write;
  private AuditLine line;
  private boolean answered;
  private @Nullable Integer status;

  private Trail(Function<AuditLine, Future<Void>> write, AuditLine line) {
    this.write = write;
    this.line = line;
  }

  /**
   * Begins the trail of a call; fails when Postgres does not answer, and then nothing must be
   * changed.
   *
   * @param write keeps a line, in place of the one with the same id if there is one
   */
  static Future<Void> begin(
      RoutingContext context, Call call, Function<AuditLine, Future<Void>> write) {
    var caller = Door.caller(context);
    var request = context.request();
    var address = request.remoteAddress();
    var named = call.path().startsWith(Paths.TENANTS + "/") ? context.pathParam("id") : null;
    var thing =
        context.pathParam("id") == null ? context.pathParam("name") : context.pathParam("id");
    var trail =
        new Trail(
            write,
            new AuditLine(
                Ids.next(),
                null,
                caller.who(),
                address == null ? null : address.hostAddress(),
                action(call),
                named == null ? caller.tenant() : Violations.shown(named),
                thing == null ? null : Violations.shown(thing),
                null,
                null,
                null,
                SubmitJob.traceOf(request)));
    return write
        .apply(trail.line)
        .onSuccess(
            _ -> {
              context.put(KEY, trail);
              context.addEndHandler(_ -> trail.answered(context.response().getStatusCode()));
            });
  }

  /** The name of a call in the log. */
  static String action(Call call) {
    return call.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Notes what a call has changed.
   *
   * @param tenant whose it is, or null for nobody's in particular
   * @param thing the id or name of what it is
   * @param before what was there, or null for nothing
   * @param after what is there now, or what was done
   */
  static void changed(
      RoutingContext context,
      @Nullable String tenant,
      String thing,
      JsonBody.@Nullable Members before,
      JsonBody.Members after) {
    Trail trail = context.get(KEY);
    if (trail != null) {
      trail.line = trail.line.ended(tenant, thing, trail.status, json(before), json(after));
      trail.writeOnceAnswered();
    }
  }

  private static @Nullable String json(JsonBody.@Nullable Members members) {
    return members == null ? null : JsonBody.of(members).toString(StandardCharsets.UTF_8);
  }

  /** A client that has gone away does not end the change. */
  private void answered(int code) {
    answered = true;
    status = code;
    line = line.ended(line.tenant(), line.thing(), code, line.before(), line.after());
    writeOnceAnswered();
  }

  private void writeOnceAnswered() {
    if (answered) {
      write
          .apply(line)
          .onFailure(
              e ->
                  LOG.warn(
                      "what became of action={} by who={} is not in the audit log; that it was"
                          + " asked for is: status={} thing={}",
                      line.action(),
                      line.who(),
                      Objects.toString(status),
                      line.thing(),
                      e));
    }
  }
}
