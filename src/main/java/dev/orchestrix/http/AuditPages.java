package dev.orchestrix.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orchestrix.auth.AuditFilter;
import dev.orchestrix.auth.AuditLine;
import dev.orchestrix.auth.AuditLog;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /audit}: who has changed what. */
final class AuditPages {
  private static final Set<String> PARAMETERS =
      Set.of("tenant", "action", "who", "from", "until", "limit", "cursor");

  private final AuditLog log;
  private final Failures failures;

  AuditPages(AuditLog log, Failures failures) {
    this.log = log;
    this.failures = failures;
  }

  /** A page of lines, newest first; of those of one tenant only its own. */
  void list(RoutingContext context) {
    var caller = Door.caller(context);
    var query = new QueryReader(context.queryParams(), PARAMETERS);
    boolean named = query.text("tenant") != null || !caller.everywhere();
    var tenant = named ? query.tenant(caller) : null;
    var paging = DeadLetterPages.paging(query);
    var filter =
        new AuditFilter(
            tenant,
            query.text("action"),
            query.text("who"),
            query.time("from"),
            query.time("until"),
            paging.before());
    if (query.problem().isPresent()) {
      Answers.problem(context.response(), query.problem().get());
      return;
    }
    log.list(filter, paging.limit() + 1)
        .onSuccess(
            found ->
                Answers.json(
                    context.response(),
                    200,
                    JsonBody.page(
                        found, paging.limit(), AuditPages::write, it -> Cursor.write(it.id()))))
        .onFailure(e -> Answers.problem(context.response(), failures.problem(e)));
  }

  private static void write(JsonGenerator out, AuditLine line) throws IOException {
    out.writeStringField("id", line.id().toString());
    out.writeStringField("at", Objects.toString(line.at()));
    out.writeStringField("who", line.who());
    out.writeStringField("address", line.address());
    out.writeStringField("action", line.action());
    out.writeStringField("tenant", line.tenant());
    out.writeStringField("thing", line.thing());
    if (line.status() == null) {
      out.writeNullField("status");
    } else {
      out.writeNumberField("status", line.status());
    }
    raw(out, "before", line.before());
    raw(out, "after", line.after());
    out.writeStringField("trace", line.trace());
  }

  /** It was JSON when it was written. */
  private static void raw(JsonGenerator out, String name, @Nullable String json)
      throws IOException {
    out.writeFieldName(name);
    out.writeRawValue(json == null ? "null" : json);
  }
}
