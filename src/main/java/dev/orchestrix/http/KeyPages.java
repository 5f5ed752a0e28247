package dev.orchestrix.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orchestrix.auth.ApiKey;
import dev.orchestrix.auth.Keys;
import dev.orchestrix.auth.MadeKey;
import dev.orchestrix.auth.NewKey;
import dev.orchestrix.core.limit.RateLimit;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code /keys}: what opens the API. The key itself is told once, by the call that makes it. */
final class KeyPages {
  private static final Duration USUAL_GRACE = Duration.ofDays(1);
  private static final Duration LONGEST_GRACE = Duration.ofDays(30);
  private static final Violation UNKNOWN_TENANT =
      new Violation("/tenant", ProblemCode.UNKNOWN_TENANT, "there is no such tenant");

  private final Keys keys;
  private final Function<String, Future<Boolean>> tenantExists;
  private final Predicate<String> leaving;
  private final OptionalBody bodies;
  private final Failures failures;

  KeyPages(
      Keys keys,
      Function<String, Future<Boolean>> tenantExists,
      Predicate<String> leaving,
      OptionalBody bodies,
      Failures failures) {
    this.keys = keys;
    this.tenantExists = tenantExists;
    this.leaving = leaving;
    this.bodies = bodies;
    this.failures = failures;
  }

  /** A page of keys, newest first, also those that open nothing any more. */
  void list(RoutingContext context) {
    var caller = Door.caller(context);
    var query = new QueryReader(context.queryParams(), Set.of("tenant", "limit", "cursor"));
    boolean named = query.text("tenant") != null || !caller.everywhere();
    var tenant = named ? query.tenant(caller) : null;
    var paging = DeadLetterPages.paging(query);
    if (query.problem().isPresent()) {
      Answers.problem(context.response(), query.problem().get());
      return;
    }
    keys.list(tenant, paging.before(), paging.limit() + 1)
        .onSuccess(found -> Answers.json(context.response(), 200, json(found, paging.limit())))
        .onFailure(e -> failed(context, e));
  }

  /** Makes a key. */
  void create(RoutingContext context) {
    bodies.read(
        context,
        bytes -> {
          switch (KeyReader.read(bytes, Door.caller(context))) {
            case KeyReader.Refused(var problem) -> Answers.problem(context.response(), problem);
            case KeyReader.Read(var key) -> create(context, key);
          }
        });
  }

  /** Takes from a key what it opened. */
  void revoke(RoutingContext context) {
    withId(
        context,
        id ->
            keys.revoke(id, Door.caller(context).tenant())
                .onSuccess(revoked -> answer(context, id, revoked))
                .onFailure(e -> failed(context, e)));
  }

  /** Makes a key in place of another one. */
  void rotate(RoutingContext context) {
    withId(context, id -> bodies.read(context, bytes -> rotate(context, id, bytes)));
  }

  /** Says how many requests a key may make. */
  void limit(RoutingContext context) {
    withId(
        context,
        id ->
            bodies.read(
                context,
                bytes -> {
                  var draft = new RequestsDraft(new Document(bytes, 8));
                  draft
                      .read()
                      .ifPresentOrElse(
                          problem -> Answers.problem(context.response(), problem),
                          () -> limit(context, id, draft.limit()));
                }));
  }

  /** Takes the limit of its own from a key. */
  void unlimit(RoutingContext context) {
    withId(context, id -> limit(context, id, null));
  }

  private void limit(RoutingContext context, UUID id, @Nullable RateLimit requests) {
    keys.allow(id, Door.caller(context).tenant(), requests)
        .onSuccess(changed -> answer(context, id, changed))
        .onFailure(e -> failed(context, e));
  }

  private void create(RoutingContext context, NewKey wanted) {
    var known =
        wanted.tenant() == null
            ? Future.succeededFuture(true)
            : tenantExists.apply(wanted.tenant());
    known
        .compose(
            exists ->
                exists ? keys.create(wanted) : Future.succeededFuture(Optional.<MadeKey>empty()))
        .onSuccess(
            made ->
                made.ifPresentOrElse(
                    it -> made(context, it.key().id(), it),
                    () -> Answers.problem(context.response(), without(wanted.tenant()))))
        .onFailure(e -> failed(context, e));
  }

  private Problem without(@Nullable String tenant) {
    return tenant != null && leaving.test(tenant)
        ? TenantPages.leaving(tenant)
        : Problem.of(List.of(UNKNOWN_TENANT));
  }

  private void rotate(RoutingContext context, UUID id, byte[] body) {
    var grace = new Grace(body);
    var problem = grace.read();
    if (problem.isPresent()) {
      Answers.problem(context.response(), problem.get());
      return;
    }
    keys.rotate(id, Door.caller(context).tenant(), grace.value)
        .onSuccess(
            made ->
                made.ifPresentOrElse(
                    it -> made(context, id, it),
                    () -> Answers.problem(context.response(), unknown(id))))
        .onFailure(e -> failed(context, e));
  }

  /** The document {@code {"grace": "24h"}}, which may be left out. */
  private static final class Grace {
    private final byte[] bytes;
    private Duration value = USUAL_GRACE;

    private Grace(byte[] bytes) {
      this.bytes = bytes;
    }

    private Optional<Problem> read() {
      if (bytes.length == 0) {
        return Optional.empty();
      }
      var document = new Document(bytes, 8);
      return document.read(name -> field(document, name), () -> {});
    }

    private boolean field(Document document, String name) throws JsonFault {
      if (!name.equals("grace")) {
        return false;
      }
      var read = document.field.duration(Duration.ZERO, LONGEST_GRACE);
      value = read == null ? USUAL_GRACE : read;
      return true;
    }
  }

  private static void withId(RoutingContext context, Consumer<UUID> use) {
    JobPages.id(context)
        .ifPresentOrElse(
            use,
            () ->
                Answers.problem(
                    context.response(),
                    Problem.of(
                        ProblemCode.INVALID_ID, "expected the id of a key, which is a UUID")));
  }

  private static Problem unknown(UUID id) {
    return Problem.of(ProblemCode.UNKNOWN_KEY, "there is no key " + id + " that opens anything");
  }

  private static void answer(RoutingContext context, UUID id, Optional<ApiKey> found) {
    found.ifPresentOrElse(
        key -> {
          Trail.changed(context, key.tenant(), id.toString(), null, out -> write(out, key));
          Answers.json(context.response(), 200, JsonBody.of(out -> write(out, key)));
        },
        () -> Answers.problem(context.response(), unknown(id)));
  }

  /**
   * Tells a key, this once.
   *
   * @param of the key itself, or the one in whose place it was made
   */
  private static void made(RoutingContext context, UUID of, MadeKey made) {
    var key = made.key();
    Trail.changed(context, key.tenant(), of.toString(), null, out -> write(out, key));
    Answers.json(
        context.response(),
        201,
        JsonBody.of(
            out -> {
              write(out, made.key());
              out.writeStringField("key", made.text());
            }));
  }

  private void failed(RoutingContext context, Throwable error) {
    Answers.problem(context.response(), failures.problem(error));
  }

  private static Buffer json(List<ApiKey> found, int limit) {
    var page = found.subList(0, Math.min(limit, found.size()));
    return JsonBody.of(
        out -> {
          out.writeArrayFieldStart("items");
          for (var key : page) {
            out.writeStartObject();
            write(out, key);
            out.writeEndObject();
          }
          out.writeEndArray();
          DeadLetterJson.next(out, found.size() > limit ? page.getLast().id() : null);
        });
  }

  private static void write(JsonGenerator out, ApiKey key) throws IOException {
    out.writeStringField("id", key.id().toString());
    out.writeStringField("prefix", key.prefix());
    out.writeStringField("tenant", key.tenant() == null ? KeyReader.ALL_TENANTS : key.tenant());
    out.writeStringField("role", key.role().label());
    out.writeStringField("name", key.name());
    out.writeBooleanField("payloads", key.payloads());
    writeRequests(out, key.requests());
    time(out, "created_at", key.createdAt());
    time(out, "expires_at", key.expiresAt());
    time(out, "revoked_at", key.revokedAt());
    time(out, "last_used_at", key.lastUsedAt());
  }

  private static void writeRequests(JsonGenerator out, @Nullable RateLimit requests)
      throws IOException {
    if (requests == null) {
      out.writeNullField("requests");
      return;
    }
    out.writeObjectFieldStart("requests");
    out.writeNumberField("rate", requests.rate());
    out.writeNumberField("burst", requests.burst());
    out.writeEndObject();
  }

  private static void time(JsonGenerator out, String name, @Nullable Instant time)
      throws IOException {
    out.writeStringField(name, time == null ? null : time.toString());
  }
}
