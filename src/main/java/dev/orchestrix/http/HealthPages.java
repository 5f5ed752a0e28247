package dev.orchestrix.http;

import dev.orchestrix.metrics.Meters;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /health} and {@code /metrics}: what those who look after the node ask. */
final class HealthPages {
  private static final Logger LOG = LoggerFactory.getLogger(HealthPages.class);
  private static final int PATIENCE_SECONDS = 2;

  private final Vertx vertx;
  private final Map<String, Supplier<Future<Void>>> checks;
  private final Meters meters;
  private final Failures failures;

  /**
   * @param checks by name, what has to work for the node to be of use
   */
  HealthPages(
      Vertx vertx, Map<String, Supplier<Future<Void>>> checks, Meters meters, Failures failures) {
    this.vertx = vertx;
    this.checks = new TreeMap<>(checks);
    this.meters = meters;
    this.failures = failures;
  }

  /** The process is there and its event loop turns. */
  void live(RoutingContext context) {
    Answers.json(
        context.response(), 200, JsonBody.of(out -> out.writeStringField("status", "live")));
  }

  /** Everything the node needs answers within two seconds. */
  void ready(RoutingContext context) {
    var results = new TreeMap<String, String>();
    var all = new ArrayList<Future<String>>();
    checks.forEach(
        (name, check) -> all.add(word(name, check).onSuccess(word -> results.put(name, word))));
    Future.join(all).onSuccess(_ -> answer(context, results));
  }

  void metrics(RoutingContext context) {
    var response = context.response();
    vertx
        .executeBlocking(meters::scrape, false)
        .onSuccess(
            text -> {
              if (Answers.open(response)) {
                Answers.head(response, 200, Meters.CONTENT_TYPE);
                response.end(text);
              }
            })
        .onFailure(e -> Answers.problem(response, failures.problem(e)));
  }

  private static Future<String> word(String name, Supplier<Future<Void>> check) {
    return check
        .get()
        .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .map("ok")
        .otherwise(
            error -> {
              LOG.atWarn()
                  .addKeyValue("check", name)
                  .addKeyValue("cause", error.getMessage())
                  .log("not ready; load balancers are told to send no requests");
              return "failed";
            });
  }

  private static void answer(RoutingContext context, Map<String, String> results) {
    boolean ready = results.values().stream().allMatch("ok"::equals);
    if (ready) {
      Answers.json(
          context.response(),
          200,
          checked(results, out -> out.writeStringField("status", "ready")));
      return;
    }
    var failed = results.keySet().stream().filter(name -> !"ok".equals(results.get(name))).toList();
    var problem = Problem.of(ProblemCode.UNAVAILABLE, "not ready: " + String.join(", ", failed));
    if (Answers.open(context.response())) {
      Answers.problemHead(context.response(), problem);
      context.response().end(checked(results, problem::writeTo));
    }
  }

  private static Buffer checked(Map<String, String> results, JsonBody.Members first) {
    return JsonBody.of(
        out -> {
          first.writeTo(out);
          out.writeObjectFieldStart("checks");
          for (var result : results.entrySet()) {
            out.writeStringField(result.getKey(), result.getValue());
          }
          out.writeEndObject();
        });
  }
}
