package dev.orchestrix.redis;

import static dev.orchestrix.testkit.Lab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.orchestrix.core.failure.EngineException;
import dev.orchestrix.testkit.Detour;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Servers;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ReachingRedisAgainIT {
  private static final Duration LONG = Duration.ofHours(1);

  @RegisterExtension static final Lab LAB = new Lab();

  private Detour detour;
  private RedisLink link;

  @BeforeEach
  void connect() {
    detour = Detour.to(Servers.redis());
    detour.open();
    var flags = Map.of("redis.url", detour.url().toString());
    link = new RedisLink(LAB.vertx(), Lab.settings(LAB.settings().postgres().url(), flags).redis());
    ping();
  }

  @AfterEach
  void close() {
    await(link.close());
    detour.close();
  }

  @Test
  void whoever_pauses_goes_on_when_redis_is_there_again_though_nobody_asks_it_anything() {
    detour.cut();
    assertThat(catchThrowable(this::ping)).isInstanceOf(EngineException.Unavailable.class);

    var pause = link.pause(LONG);
    assertThat(pause.isComplete()).isFalse();
    detour.open();

    await(pause);
    ping();
  }

  @Test
  void a_pause_while_redis_answers_lasts_as_long_as_it_was_to() {
    var pause = link.pause(LONG);
    ping();

    assertThat(pause.isComplete()).isFalse();
    await(link.pause(Duration.ofMillis(1)));
  }

  private void ping() {
    var _ = await(link.send(Request.cmd(Command.PING)));
  }
}
