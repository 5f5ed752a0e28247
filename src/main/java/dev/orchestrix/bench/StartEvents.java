package dev.orchestrix.bench;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.core.parsetools.RecordParser;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** When handlers started, as a node tells it in its stream of events. */
final class StartEvents {
  private static final String PATH = "/api/v1/events?type=" + JobBodies.TYPE + "&state=RUNNING";
  private static final String DATA = "data:";

  private final Map<String, Long> startedAt = new ConcurrentHashMap<>();

  /** Subscribes; from then on every start is known. */
  static Future<StartEvents> subscribe(ApiConnection connection) {
    return connection.stream(PATH).compose(StartEvents::reading);
  }

  /** When the first attempt of a job started, in nanoseconds since the epoch, or null. */
  @Nullable Long startedAt(String job) {
    return startedAt.get(job);
  }

  /** How many of these jobs have not started, as far as is known. */
  long missing(Map<String, ?> jobs) {
    return jobs.keySet().stream().filter(job -> !startedAt.containsKey(job)).count();
  }

  /** One line of the stream; lines other than data say nothing about jobs. */
  void line(String line) {
    if (line.startsWith(DATA)) {
      var event = new JsonObject(line.substring(DATA.length()));
      startedAt.putIfAbsent(
          event.getString("id"), PacedLoad.epochNanos(Instant.parse(event.getString("at"))));
    }
  }

  private static Future<StartEvents> reading(HttpClientResponse response) {
    if (response.statusCode() != 200) {
      return Future.failedFuture(
          new BenchException("The node answered " + response.statusCode() + " to " + PATH));
    }
    var events = new StartEvents();
    RecordParser.newDelimited("\n", response)
        .handler(line -> events.line(line.toString().strip()))
        .resume();
    return Future.succeededFuture(events);
  }
}
