package dev.orchestrix.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.metrics.Meters;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class GoingOnInALoopTest {
  private static final Duration SOON = Duration.ofMillis(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** Less than no time: every loop that is watched has not turned for so long. */
  private static final Duration EVER = Duration.ofNanos(-1);

  @SuppressWarnings("NullAway.Init")
  private static Vertx vertx;

  private final Meters meters = new Meters();
  private final AtomicBoolean leads = new AtomicBoolean(true);

  /** A chore that tells of everything that is asked of it; the test says how a turn goes. */
  private static final class Told implements Chore {
    private final Rhythm rhythm;
    private final BlockingQueue<Turn> turns = new LinkedBlockingQueue<>();
    private final BlockingQueue<Failure> failures = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> idle = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> stops = new LinkedBlockingQueue<>();

    Told(Rhythm rhythm) {
      this.rhythm = rhythm;
    }

    @Override
    public Rhythm rhythm() {
      return rhythm;
    }

    @Override
    public Future<?> turn() {
      var turn = new Turn(Promise.promise(), here());
      turns.add(turn);
      return turn.end.future();
    }

    @Override
    public void failed(Throwable error) {
      failures.add(new Failure(error, here()));
    }

    @Override
    public void standBy() {
      idle.add("stood by");
    }

    @Override
    public void stop() {
      stops.add("stopped");
    }
  }

  private static Context here() {
    return requireNonNull(Vertx.currentContext());
  }

  private record Turn(Promise<String> end, Context context) {}

  private record Failure(Throwable error, Context context) {}

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() {
    var _ = vertx.close().await();
  }

  @Test
  void a_turn_follows_when_the_one_before_has_ended_and_not_sooner() throws Exception {
    var chore = deploy(Chore.Rhythm.atOnce("often", SOON, MINUTE));
    var first = next(chore.turns);

    afterALook(first.context);

    assertThat(chore.turns).isEmpty();
    first.end.complete("done");
    assertThat(next(chore.turns).context).isSameAs(first.context);
  }

  @Test
  void a_turn_that_failed_is_counted_and_told_where_turns_are_taken_and_the_next_comes()
      throws Exception {
    var chore = deploy(Chore.Rhythm.atOnce("failing", SOON, MINUTE));
    var first = next(chore.turns);

    first.end.fail("no luck");

    var told = next(chore.failures);
    assertThat(told.error).hasMessage("no luck");
    assertThat(told.context).isSameAs(first.context);
    assertThat(next(chore.turns)).isNotNull();
    assertThat(meters.scrape()).contains("{operation=\"failing\"} 1.0");
  }

  @Test
  void a_turn_that_throws_has_failed_and_does_not_end_the_loop() throws Exception {
    var bug = new IllegalStateException("a bug");
    var failures = new LinkedBlockingQueue<Throwable>();
    var _ =
        deploy(
            new Chore() {
              @Override
              public Rhythm rhythm() {
                return Rhythm.atOnce("throwing", SOON, MINUTE);
              }

              @Override
              public Future<?> turn() {
                throw bug;
              }

              @Override
              public void failed(Throwable error) {
                failures.add(error);
              }
            });

    assertThat(next(failures)).isSameAs(bug);
    assertThat(next(failures)).isSameAs(bug);
  }

  @Test
  void the_next_turn_does_not_wait_for_one_that_takes_too_long() throws Exception {
    var chore = deploy(Chore.Rhythm.atOnce("hanging", SOON, Duration.ofMillis(20)));

    var hanging = next(chore.turns);

    assertThat(next(chore.failures).error).isInstanceOf(TimeoutException.class);
    assertThat(next(chore.turns)).isNotEqualTo(hanging);
  }

  @Test
  void whoever_does_not_lead_stands_by_until_it_does() throws Exception {
    leads.set(false);
    var chore = deploy(Chore.Rhythm.atOnce("led", SOON, MINUTE));

    assertThat(next(chore.idle)).isNotNull();
    assertThat(next(chore.idle)).isNotNull();
    assertThat(chore.turns).isEmpty();
    leads.set(true);

    assertThat(next(chore.turns)).isNotNull();
  }

  @Test
  void no_turn_follows_a_stop_and_one_under_way_hears_of_it() throws Exception {
    var chore = new Told(Chore.Rhythm.atOnce("ending", SOON, MINUTE));
    var id = deploy(chore);
    var last = next(chore.turns);

    var _ = vertx.undeploy(id).await();

    assertThat(next(chore.stops)).isNotNull();
    last.end.complete("done");
    afterALook(last.context);
    assertThat(chore.turns).isEmpty();
  }

  @Test
  void a_loop_is_watched_if_it_has_to_turn_often() throws Exception {
    var often = deploy(Chore.Rhythm.atOnce("often", SOON, MINUTE));
    var rare = deploy(new Chore.Rhythm("rare", SOON, Duration.ofMinutes(10), MINUTE));
    var slow = deploy(Chore.Rhythm.atOnce("slow", SOON, Duration.ofHours(1)));

    for (var chore : new Told[] {often, rare, slow}) {
      assertThat(next(chore.turns)).isNotNull();
    }

    assertThat(meters.stalled(EVER)).containsExactly("often");
  }

  @Test
  void a_loop_may_begin_with_a_pause() {
    var pause = Duration.ofSeconds(3);

    assertThat(Chore.Rhythm.later("late", pause, MINUTE).first()).isEqualTo(pause);
    assertThat(Chore.Rhythm.atOnce("soon", pause, MINUTE).first()).isZero();
  }

  private Told deploy(Chore.Rhythm rhythm) {
    var chore = new Told(rhythm);
    var _ = deploy(chore);
    return chore;
  }

  private String deploy(Chore chore) {
    return vertx.deployVerticle(new Loop(chore, leads::get, meters)).await();
  }

  /** Past the time at which a turn would have come: timers of one context fire in their order. */
  private static void afterALook(Context context) throws Exception {
    var passed = new LinkedBlockingQueue<String>();
    context.runOnContext(_ -> vertx.setTimer(3 * SOON.toMillis(), _ -> passed.add("passed")));
    assertThat(next(passed)).isNotNull();
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    return requireNonNull(queue.poll(10, TimeUnit.SECONDS), "nothing came");
  }
}
