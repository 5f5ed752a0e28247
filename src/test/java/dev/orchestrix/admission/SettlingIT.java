package dev.orchestrix.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Marks;
import dev.orchestrix.core.limit.RateLimit;
import dev.orchestrix.core.limit.Reason;
import dev.orchestrix.redis.Answers;
import dev.orchestrix.redis.Keys;
import dev.orchestrix.testkit.Lab;
import io.vertx.redis.client.Command;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Entries were admitted, and their jobs did not start, or started late. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SettlingIT {
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

  @Test
  void what_came_in_while_starts_were_late_is_lost_once_for_all_that_were_late_together() {
    entrance.limit(10, 5);
    var bucket = Keys.bucket("limited");
    var _ = LAB.redis(Command.HSET, bucket, "tokens", 0, "at", 1, "real", 3_000_000);
    usual();

    start(100, 1050 + 10, 2000);
    Lab.until("a second is lost, and 50 ms are allowed for", () -> near(tokens(bucket), -10.0));
    start(100, 1250 + 10, 2100);
    Lab.until("so is what it was later", () -> near(tokens(bucket), -11.5));
    start(100, 550 + 10, 3000);

    Lab.until("the next time counts anew", () -> near(tokens(bucket), -15.4));
    assertThat(near(Long.parseLong(hash(bucket, "real")), -12.4)).isTrue();
  }

  @Test
  void no_more_is_lost_than_the_late_ones_cost() {
    var bucket = usedUp(5);

    start(3, 60_000, 90_000);
    Lab.until("what three cost is lost", () -> tokens(bucket) == -3_000_000);
    start(2, 60_000, 91_000);

    Lab.until("and two more that stood still with them", () -> tokens(bucket) == -5_000_000);
  }

  @Test
  void what_is_late_as_usual_loses_nothing() {
    var bucket = usedUp(5);

    start(100, 60, 2000);
    start(100, 5_060, 9_000);

    Lab.until("only the late one counts", () -> tokens(bucket) < 0);
    assertThat(near(tokens(bucket), -50.0)).isTrue();
  }

  @Test
  void a_bucket_that_had_room_for_what_came_in_meanwhile_loses_nothing() {
    var bucket = usedUp(10);
    low(bucket, 3_000);

    start(100, 410, 2000);
    start(100, 560, 2100);

    Lab.until("only half a second and more is too long", () -> tokens(bucket) < 0);
    assertThat(near(tokens(bucket), -5.0)).isTrue();
  }

  @Test
  void one_that_was_half_full_while_they_were_admitted_has_lost_it() {
    var bucket = usedUp(10);
    low(bucket, -60_000);

    start(100, 410, 2000);

    Lab.until("what is not allowed for is lost", () -> near(tokens(bucket), -3.5));
  }

  @Test
  void admission_notes_when_a_bucket_was_half_full() {
    entrance.limit(10, 10);
    var bucket = Keys.bucket("limited");
    var _ =
        LAB.redis(Command.HSET, bucket, "tokens", 0, "at", now() + 60_000, "real", 0, "high", 7);
    var _ = entrance.ask(entrance.deliveries(2, "limited", 1));
    assertThat(hash(bucket, "high")).isEqualTo("7");

    var _ = LAB.redis(Command.HSET, bucket, "at", now() - 1000);
    var _ = entrance.ask(entrance.deliveries(2, "limited", 1));

    assertThat(Long.parseLong(hash(bucket, "high"))).isGreaterThan(7);
  }

  /** A bucket for ten a second that is used up, and whose starts have been on time. */
  private String usedUp(int burst) {
    entrance.limit(10, burst);
    var bucket = Keys.bucket("limited");
    var _ = LAB.redis(Command.HSET, bucket, "tokens", 0, "at", 1, "real", 0);
    usual();
    return bucket;
  }

  /** It has been less than half full for so long; less than 0 for one that will be in a while. */
  private static void low(String bucket, long millis) {
    var _ = LAB.redis(Command.HSET, bucket, "high", now() - millis);
  }

  /** Redis' clock, in milliseconds. */
  private static long now() {
    var time = LAB.redis(Command.TIME);
    return Answers.number(time, 0) * 1000 + Answers.number(time, 1) / 1000;
  }

  /** Starts a second after another that are 10 ms behind their admission. */
  private void usual() {
    for (int i = 0; i < 200; i++) {
      start(1, 10, 1000 + i);
    }
  }

  private void start(int jobs, long agedMillis, long atMillis) {
    entrance.settlement.started(
        entrance.deliveries(2, "limited", jobs),
        TimeUnit.MILLISECONDS.toNanos(agedMillis),
        TimeUnit.MILLISECONDS.toNanos(atMillis));
  }

  private static boolean near(long millionths, double tokens) {
    return Math.abs(millionths / 1e6 - tokens) < 0.2;
  }

  private void giveBack(List<Delivery> deliveries) {
    entrance.settlement.unstarted(deliveries.stream().map(Delivery::entry).toList());
  }

  /** As if Redis had known of this bucket for long. */
  private static void fill(String bucket) {
    var _ = LAB.redis(Command.HSET, bucket, "tokens", 0, "at", 1);
  }

  private static long tokens(String bucket) {
    return Long.parseLong(hash(bucket, "tokens"));
  }

  private static String hash(String bucket, String field) {
    return String.valueOf(LAB.redis(Command.HGET, bucket, field));
  }
}
