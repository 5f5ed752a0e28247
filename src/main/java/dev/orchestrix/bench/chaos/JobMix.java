package dev.orchestrix.bench.chaos;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Random;

/**
 * What is submitted: mostly calls of the client's own server, some of which fail the first time, or
 * always, or take their time; some jobs that do nothing, sleep, or wait for their time. The same
 * job for the same seed and number.
 */
final class JobMix {
  private static final String[] PRIORITIES = {"high", "normal", "normal", "normal", "low"};

  private final long seed;
  private final URI sink;
  private final String tenant;

  /**
   * @param sink the address of the server that jobs call
   */
  JobMix(long seed, URI sink, String tenant) {
    this.seed = seed;
    this.sink = sink;
    this.tenant = tenant;
  }

  JsonObject job(int number) {
    var random = new Random(seed * 31 + number);
    var job = kind(random.nextInt(100));
    return job.put("tenant", tenant).put("priority", PRIORITIES[random.nextInt(PRIORITIES.length)]);
  }

  private JsonObject kind(int percent) {
    if (percent < 60) {
      return http(Sink.OK, 5);
    }
    if (percent < 72) {
      return http(Sink.FAILS_FIRST, 5);
    }
    if (percent < 74) {
      return http(Sink.FAILS, 2);
    }
    if (percent < 80) {
      return http(Sink.SLOW, 5);
    }
    if (percent < 85) {
      return http(Sink.OK, 5).put("delay", "1500ms");
    }
    if (percent < 88) {
      return plain("noop", new JsonObject()).put("concurrency_key", "key-" + percent);
    }
    return percent < 93 ? plain("noop", new JsonObject()) : sleep(percent < 98 ? "200ms" : "2s");
  }

  private static JsonObject sleep(String duration) {
    return plain("sleep", new JsonObject().put("duration", duration));
  }

  private JsonObject http(String path, int attempts) {
    var payload = new JsonObject().put("method", "POST").put("url", sink.resolve(path).toString());
    var retry =
        new JsonObject()
            .put("max_attempts", attempts)
            .put("policy", "fixed")
            .put("initial", "500ms");
    return plain("http", payload).put("retry", retry);
  }

  private static JsonObject plain(String type, JsonObject payload) {
    return new JsonObject().put("type", type).put("payload", payload);
  }
}
