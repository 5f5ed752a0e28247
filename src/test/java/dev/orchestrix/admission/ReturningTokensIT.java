package dev.orchestrix.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Marks;
import dev.orchestrix.core.limit.RateLimit;
import dev.orchestrix.core.limit.Reason;
import dev.orchestrix.redis.Keys;
import dev.orchestrix.testkit.Lab;
import io.vertx.redis.client.Command;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Entries were admitted, and their jobs did not start. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ReturningTokensIT {
  @RegisterExtension static final Lab LAB = new Lab();

  private Entrance entrance;

  @BeforeEach
  void open() {
    entrance = new Entrance(LAB);
    entrance.limit(0.001, 5);
  }

  @Test
  void their_tokens_are_for_others() {
    fill(Keys.bucket("limited"));
    var first = entrance.deliveries(2, "limited", 5);
    assertThat(entrance.ask(first).admitted()).isEqualTo(first);
    var others = entrance.deliveries(2, "limited", 3);

    giveBack(first.subList(0, 2));

    Lab.until("they are there", () -> tokens(Keys.bucket("limited")) >= 2_000_000);
    assertThat(entrance.ask(others).admitted()).isEqualTo(others.subList(0, 2));
  }

  @Test
  void never_more_than_the_bucket_holds() {
    fill(Keys.bucket("limited"));
    assertThat(entrance.ask(entrance.deliveries(2, "limited", 1)).admitted()).hasSize(1);

    giveBack(entrance.deliveries(2, "limited", 100));

    Lab.until("it is full", () -> tokens(Keys.bucket("limited")) == 5_000_000);
    var next = entrance.deliveries(2, "limited", 6);
    assertThat(entrance.ask(next).admitted()).isEqualTo(next.subList(0, 5));
  }

  @Test
  void each_limit_gets_back_what_it_cost() {
    entrance.type("email", new RateLimit(0.001, 10), null);
    var type = Keys.bucket(new Reason.TypeRate("email").text());
    fill(type);
    var dear = entrance.marked(new Marks("email", 4, null));
    assertThat(entrance.ask(List.of(dear)).admitted()).hasSize(1);
    assertThat(tokens(type)).isLessThan(7_000_000);

    giveBack(List.of(dear));

    Lab.until("all four are there", () -> tokens(type) >= 10_000_000);
  }

  @Test
  void a_bucket_that_was_lost_is_not_made_anew() {
    giveBack(entrance.deliveries(2, "limited", 3));
    entrance.type("email", new RateLimit(0.001, 10), null);
    var type = Keys.bucket(new Reason.TypeRate("email").text());
    var _ = LAB.redis(Command.HSET, type, "tokens", 0, "at", 1, "real", 0);

    giveBack(List.of(entrance.marked(new Marks("email", 1, null))));

    Lab.until("the later one was given back", () -> tokens(type) == 1_000_000);
    assertThat(entrance.exists(Keys.bucket("limited"))).isFalse();
  }

  private void giveBack(List<Delivery> deliveries) {
    entrance.tokens.unstarted(deliveries.stream().map(Delivery::entry).toList());
  }

  /** As if Redis had known of this bucket for long. */
  private static void fill(String bucket) {
    var _ = LAB.redis(Command.HSET, bucket, "tokens", 0, "at", 1);
  }

  private static long tokens(String bucket) {
    return Long.parseLong(String.valueOf(LAB.redis(Command.HGET, bucket, "tokens")));
  }
}
