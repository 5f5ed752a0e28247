package dev.orchestrix.auth;

import static dev.orchestrix.testkit.Lab.await;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.config.Settings;
import dev.orchestrix.core.limit.RateLimit;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.testkit.FreePort;
import dev.orchestrix.testkit.Lab;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests that two servers count in one Redis. One token comes in 1000 s: none in a test. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CountingRequestsIT {
  private static final double SELDOM = 0.001;

  @RegisterExtension static final Lab LAB = new Lab();

  /** One server's event loop and what counts there. */
  private record Server(Context loop, RequestLimits limits) {
    private RequestLimits.Verdict ask(Caller caller) {
      return await(
          on(() -> Future.succeededFuture(limits.ask(caller)))
              .compose(
                  first ->
                      first instanceof RequestLimits.Later(var asked)
                          ? asked.compose(_ -> on(() -> Future.succeededFuture(limits.ask(caller))))
                          : Future.succeededFuture(first)));
    }

    private <T> Future<T> on(Supplier<Future<T>> work) {
      Promise<T> done = Promise.promise();
      loop.runOnContext(_ -> work.get().onComplete(done));
      return done.future();
    }

    /** How many of so many requests may be made. */
    private int within(Caller caller, int requests) {
      int within = 0;
      for (int i = 0; i < requests; i++) {
        within += ask(caller) instanceof RequestLimits.Within ? 1 : 0;
      }
      return within;
    }
  }

  @Test
  void a_burst_is_one_for_all_servers() {
    var here = server(LAB.redis(), null);
    var there = server(LAB.redis(), null);
    var caller = caller("a", new RateLimit(SELDOM, 5));

    assertThat(here.within(caller, 3)).isEqualTo(3);
    assertThat(there.within(caller, 3)).isEqualTo(2);
    assertThat(here.within(caller, 3)).isZero();
  }

  @Test
  void whoever_is_refused_is_told_when_to_come_back() {
    var server = server(LAB.redis(), null);
    var caller = caller("a", new RateLimit(SELDOM, 1));

    var first = server.ask(caller);
    var second = server.ask(caller);

    assertThat(first)
        .isInstanceOfSatisfying(
            RequestLimits.Within.class, it -> assertThat(it.standing().remaining()).isZero());
    assertThat(second)
        .isInstanceOfSatisfying(
            RequestLimits.TooMany.class,
            it ->
                assertThat(it.pause())
                    .isBetween(Duration.ofSeconds(900), Duration.ofSeconds(1000)));
  }

  @Test
  void one_caller_is_not_counted_for_another() {
    var server = server(LAB.redis(), null);
    var limit = new RateLimit(SELDOM, 2);

    assertThat(server.within(caller("a", limit), 5)).isEqualTo(2);
    assertThat(server.within(caller("b", limit), 5)).isEqualTo(2);
  }

  @Test
  void the_limit_of_the_settings_is_for_those_without_one_of_their_own() {
    var server = server(LAB.redis(), new RateLimit(SELDOM, 3));

    assertThat(server.within(caller("a", null), 5)).isEqualTo(3);
    assertThat(server.within(caller("b", new RateLimit(SELDOM, 4)), 5)).isEqualTo(4);
    assertThat(server.ask(Caller.ANYBODY)).isEqualTo(new RequestLimits.Free());
    assertThat(server(LAB.redis(), null).ask(caller("c", null)))
        .isEqualTo(new RequestLimits.Free());
  }

  @Test
  void a_limit_that_was_changed_holds_with_the_next_request() {
    var server = server(LAB.redis(), null);

    assertThat(server.within(caller("a", new RateLimit(SELDOM, 10)), 2)).isEqualTo(2);
    assertThat(server.within(caller("a", new RateLimit(SELDOM, 3)), 5)).isEqualTo(3);
  }

  @Test
  void a_bucket_that_is_full_again_is_forgotten() {
    var server = server(LAB.redis(), null);

    assertThat(server.within(caller("a", new RateLimit(SELDOM, 1)), 1)).isEqualTo(1);

    var left = LAB.redis(Command.PTTL, "{orchestrix}:requests:a");
    assertThat(requireNonNull(left).toLong()).isBetween(1L, 1_001_000L);
  }

  @Test
  void without_redis_each_server_counts_for_itself() {
    var away =
        new RedisLink(
            LAB.vertx(),
            new Settings.Redis(
                URI.create("redis://127.0.0.1:" + FreePort.any()),
                Optional.empty(),
                Duration.ofSeconds(1)));
    var here = server(away, null);
    var there = server(away, null);
    var caller = caller("a", new RateLimit(SELDOM, 5));

    assertThat(here.within(caller, 7)).isEqualTo(5);
    assertThat(there.within(caller, 7)).isEqualTo(5);
  }

  @Test
  void many_at_once_are_counted_by_few_questions() {
    var server = server(LAB.redis(), null);
    var caller = caller("a", new RateLimit(SELDOM, 100));
    var refused = new AtomicLong();
    long before = commands();

    var all =
        await(
            server.on(
                () ->
                    Future.join(
                        IntStream.range(0, 150)
                            .mapToObj(_ -> one(server, caller, refused))
                            .toList())));

    assertThat(all.size()).isEqualTo(150);
    assertThat(refused).hasValue(50);
    assertThat(commands() - before).isBetween(1L, 20L);
  }

  @Test
  void more_than_may_wait_for_redis_at_once_are_refused() {
    var server = server(LAB.redis(), null);
    var caller = caller("a", new RateLimit(SELDOM, 3_000));
    var refused = new AtomicLong();

    var _ =
        await(
            server.on(
                () ->
                    Future.join(
                        IntStream.range(0, 1_030)
                            .mapToObj(_ -> one(server, caller, refused))
                            .toList())));

    assertThat(refused).hasValue(6);
  }

  private static Future<Void> one(Server server, Caller caller, AtomicLong refused) {
    return switch (server.limits.ask(caller)) {
      case RequestLimits.Later(var asked) ->
          asked.compose(_ -> server.on(() -> one(server, caller, refused)));
      case RequestLimits.TooMany _ -> {
        var _ = refused.incrementAndGet();
        yield Future.succeededFuture();
      }
      case RequestLimits.Within _, RequestLimits.Free _ -> Future.succeededFuture();
    };
  }

  /** How many scripts Redis has run since it began. */
  private static long commands() {
    var text = String.valueOf(LAB.redis(Command.INFO, "commandstats"));
    return text.lines()
        .filter(line -> line.startsWith("cmdstat_eval"))
        .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+).*", "$1")))
        .sum();
  }

  /** One whose clock stands still: what it has drawn it keeps, however slow this machine is. */
  private static Server server(RedisLink redis, @Nullable RateLimit usual) {
    return new Server(
        LAB.vertx().getOrCreateContext(),
        new RequestLimits(
            redis, Optional.ofNullable(usual), LAB.meters(), () -> 1, Duration.ofMinutes(1)));
  }

  private static Caller caller(String name, @Nullable RateLimit own) {
    return new Caller("key " + name, null, Role.VIEWER, true, new RequestBucket(name, own));
  }
}
