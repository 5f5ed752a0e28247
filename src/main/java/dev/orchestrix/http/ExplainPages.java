package dev.orchestrix.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orchestrix.query.Explaining;
import dev.orchestrix.query.Explanation;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /jobs/{id}/explain} and {@code /explain}: why jobs wait. */
final class ExplainPages {
  private static final int MOST = 100;

  private final Explaining explaining;
  private final Failures failures;

  ExplainPages(Explaining explaining, Failures failures) {
    this.explaining = explaining;
    this.failures = failures;
  }

  /** Why one job waits. */
  void one(RoutingContext context) {
    var problem = new QueryReader(context.queryParams(), Set.of()).problem();
    var id = JobPages.id(context);
    if (id.isEmpty() || problem.isPresent()) {
      Answers.problem(context.response(), problem.orElseGet(JobPages::invalidId));
      return;
    }
    explaining
        .explain(id.get())
        .onSuccess(
            found ->
                found.ifPresentOrElse(
                    it -> Answers.json(context.response(), 200, json(it)),
                    () -> Answers.problem(context.response(), JobPages.unknown(id.get()))))
        .onFailure(e -> Answers.problem(context.response(), failures.problem(e)));
  }

  /** What makes most jobs wait longest. */
  void top(RoutingContext context) {
    var query = new QueryReader(context.queryParams(), Set.of("limit"));
    int most = query.wholeNumber("limit", 1, MOST, 20);
    if (query.problem().isPresent()) {
      Answers.problem(context.response(), query.problem().get());
      return;
    }
    explaining
        .top(most)
        .onSuccess(found -> Answers.json(context.response(), 200, json(found)))
        .onFailure(e -> Answers.problem(context.response(), failures.problem(e)));
  }

  private static Buffer json(Explanation found) {
    return JsonBody.of(
        out -> {
          out.writeStringField("id", found.id().toString());
          out.writeStringField("tenant", found.tenant());
          out.writeStringField("type", found.type());
          out.writeStringField("state", found.state());
          out.writeArrayFieldStart("blockers");
          for (var blocker : found.blockers()) {
            write(out, blocker);
          }
          out.writeEndArray();
          out.writeStringField("estimated_start", time(found.start()));
        });
  }

  private static void write(JsonGenerator out, Explanation.Blocker blocker) throws IOException {
    out.writeStartObject();
    out.writeStringField("kind", blocker.kind());
    out.writeStringField("detail", blocker.detail());
    out.writeStringField("reason", blocker.reason());
    out.writeStringField("until", time(blocker.until()));
    var ahead = blocker.ahead();
    if (ahead == null) {
      out.writeNullField("ahead");
    } else {
      out.writeNumberField("ahead", ahead.jobs());
    }
    out.writeBooleanField("at_least", ahead != null && ahead.atLeast());
    out.writeEndObject();
  }

  private static Buffer json(List<Explanation.Top> found) {
    return JsonBody.of(
        out -> {
          out.writeArrayFieldStart("items");
          for (var one : found) {
            out.writeStartObject();
            out.writeStringField("reason", one.reason());
            out.writeNumberField("jobs", one.jobs());
            out.writeNumberField("waiting_seconds", Math.round(one.waitingSeconds()));
            out.writeEndObject();
          }
          out.writeEndArray();
        });
  }

  private static @Nullable String time(@Nullable Instant instant) {
    return instant == null ? null : instant.toString();
  }
}
