package dev.orchestrix.bench;

import com.sun.management.OperatingSystemMXBean;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.lang.management.ManagementFactory;
import java.net.URI;

/** Where a run was made: without this its figures say nothing. */
final class Conditions {
  private static final String UNKNOWN = "unknown";

  /** What is known of this machine and of the servers; what does not answer is "unknown". */
  static Future<JsonObject> of(Vertx vertx, Target target) {
    var found = machine();
    var postgres =
        target
            .postgres()
            .map(url -> new Database(vertx, url).settings())
            .orElseGet(Conditions::none);
    var redis = target.redis().map(url -> redis(vertx, url)).orElseGet(Conditions::none);
    return Future.join(postgres, redis)
        .transform(
            _ -> {
              putAll(found, "postgres_", postgres);
              putAll(found, "redis_", redis);
              return Future.succeededFuture(found);
            });
  }

  /** Memory that Redis uses now, in bytes. */
  static Future<Long> redisMemory(Vertx vertx, URI url) {
    return info(vertx, url).map(text -> Long.parseLong(field(text, "used_memory")));
  }

  /** One line of what Redis' INFO answers. */
  static String field(String info, String name) {
    return info.lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse(UNKNOWN);
  }

  /** What is known of this machine. */
  static JsonObject machine() {
    var version = Conditions.class.getPackage().getImplementationVersion();
    return new JsonObject()
        .put("orchestrix", version == null ? UNKNOWN : version)
        .put("cores", Runtime.getRuntime().availableProcessors())
        .put("memory_gib", memoryGib())
        .put("os", property("os.name") + " " + property("os.version") + " " + property("os.arch"))
        .put("jvm", property("java.vm.name") + " " + property("java.runtime.version"));
  }

  private static double memoryGib() {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return Math.round(system.getTotalMemorySize() / (double) (1 << 30) * 10) / 10.0;
  }

  private static String property(String name) {
    return System.getProperty(name, UNKNOWN);
  }

  private static Future<JsonObject> redis(Vertx vertx, URI url) {
    return info(vertx, url)
        .map(
            text ->
                new JsonObject()
                    .put("version", field(text, "redis_version"))
                    .put("aof", field(text, "aof_enabled").equals("1") ? "on" : "off"));
  }

  private static Future<String> info(Vertx vertx, URI url) {
    var client = Redis.createClient(vertx, url.toString());
    return client.send(Request.cmd(Command.INFO)).map(String::valueOf).eventually(client::close);
  }

  private static Future<JsonObject> none() {
    return Future.succeededFuture(new JsonObject().put("version", UNKNOWN));
  }

  private static void putAll(JsonObject to, String prefix, Future<JsonObject> from) {
    if (from.succeeded()) {
      from.result().forEach(field -> to.put(prefix + field.getKey(), field.getValue()));
    } else {
      to.put(prefix + "version", UNKNOWN + ": " + from.cause().getMessage());
    }
  }

  private Conditions() {}
}
