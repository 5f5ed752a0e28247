package dev.orchestrix.execute;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.config.Settings;
import dev.orchestrix.core.job.ErrorCategory;
import dev.orchestrix.core.job.Outcome;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.transition.ClaimedJobs;
import dev.orchestrix.transition.Notes;
import dev.orchestrix.transition.TimeLeft;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@DisplayNameGeneration(ReplaceUnderscores.class)
class EndingAnAttemptEarlyTest {
  private static final Outcome CANCELLED = new Outcome.Cancelled("not needed any more");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Vertx VERTX = Vertx.vertx();

  /** Its handlers say nothing: no Postgres is asked. */
  private final Flusher flusher = flusher();

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

  @Test
  void a_handler_that_heeds_its_cancellation_ends_within_its_grace_uninterrupted()
      throws Exception {
    var told = new CountDownLatch(1);
    var interrupted = new CompletableFuture<Boolean>();
    var attempt =
        running(
            TimeLeft.UNLIMITED,
            job -> {
              job.onCancel(told::countDown);
              told.await();
              interrupted.complete(Thread.currentThread().isInterrupted());
              return null;
            });

    attempt.cancel(CANCELLED, HOUR);

    assertThat(ended()).isEqualTo(CANCELLED);
    assertThat(interrupted.get()).isFalse();
    assertThat(attempt.cancelled()).isTrue();
    assertThat(attempt.cancelReason()).isEqualTo("not needed any more");
  }

  @Test
  void a_handler_that_only_an_interrupt_reaches_gets_it_after_the_grace() throws Exception {
    var attempt = running(TimeLeft.UNLIMITED, _ -> forever());

    attempt.cancel(CANCELLED, HOUR);
    attempt.check(System.nanoTime(), PATIENCE);
    assertThat(outcome).isNotDone();
    attempt.check(System.nanoTime() + HOUR.toNanos(), PATIENCE);

    assertThat(ended()).isEqualTo(CANCELLED);
  }

  @Test
  void a_handler_that_ignores_its_interrupt_too_is_given_up() throws Exception {
    var release = new CountDownLatch(1);
    var attempt = running(TimeLeft.UNLIMITED, _ -> stubborn(release));

    attempt.cancel(CANCELLED, HOUR);
    var interruptAt = System.nanoTime() + HOUR.toNanos();
    attempt.check(interruptAt, PATIENCE);
    assertThat(outcome).isNotDone();
    attempt.check(interruptAt + PATIENCE.toNanos(), PATIENCE);

    assertThat(ended()).isEqualTo(CANCELLED);
    release.countDown();
  }

  @Test
  void a_stopping_node_does_not_wait_for_the_grace() throws Exception {
    var attempt = running(TimeLeft.UNLIMITED, _ -> forever());

    attempt.cancel(CANCELLED, HOUR);
    attempt.cancel(new Outcome.Interrupted(), Duration.ZERO);

    assertThat(ended()).isEqualTo(CANCELLED);
  }

  @Test
  void an_attempt_that_is_not_cancelled_has_no_reason_to_end() throws Exception {
    var attempt = running(TimeLeft.UNLIMITED, _ -> forever());

    assertThat(attempt.cancelled()).isFalse();
    assertThat(attempt.cancelReason()).isNull();

    attempt.cancel(new Outcome.Interrupted(), Duration.ZERO);
    assertThat(attempt.cancelReason()).isEqualTo("the node stops");
  }

  @Test
  void an_attempt_ends_at_the_deadline_of_its_job() throws Exception {
    var deadline = System.nanoTime() + SECONDS.toNanos(30);
    var attempt = running(new TimeLeft(false, deadline, null), _ -> forever());

    attempt.check(deadline - 1, PATIENCE);
    assertThat(attempt.cancelled()).isFalse();
    attempt.check(deadline, PATIENCE);

    assertThat(category()).isEqualTo(ErrorCategory.DEADLINE);
    assertThat(attempt.deadline()).isBefore(Instant.now().plusSeconds(31));
  }

  @Test
  void a_sign_of_life_of_any_kind_keeps_an_attempt_going() throws Exception {
    var turn = new Semaphore(0);
    var heard = new Semaphore(0);
    var attempt =
        running(
            new TimeLeft(false, null, Duration.ofSeconds(30)),
            job -> {
              turn.acquire();
              job.heartbeat();
              heard.release();
              turn.acquire();
              job.progress(0.5, "half");
              heard.release();
              turn.acquire();
              job.log("nearly");
              heard.release();
              return forever();
            });

    for (int i = 0; i < 3; i++) {
      long before = System.nanoTime();
      turn.release();
      heard.acquire();
      attempt.check(before + SECONDS.toNanos(30) - 1, PATIENCE);
      assertThat(attempt.cancelled()).isFalse();
    }
    attempt.check(System.nanoTime() + SECONDS.toNanos(30), PATIENCE);

    assertThat(category()).isEqualTo(ErrorCategory.HEARTBEAT);
  }

  @Test
  void an_attempt_that_extends_itself_outlives_its_timeout() throws Exception {
    var attempt = running(TimeLeft.UNLIMITED, _ -> forever());
    var before = attempt.deadline();

    var after = attempt.extend(HOUR);
    attempt.check(System.nanoTime() + SECONDS.toNanos(60), PATIENCE);

    assertThat(attempt.cancelled()).isFalse();
    assertThat(after).isAfter(before).isEqualTo(attempt.deadline());
    attempt.check(System.nanoTime() + HOUR.toNanos(), PATIENCE);
    assertThat(category()).isEqualTo(ErrorCategory.TIMEOUT);
  }

  @AfterAll
  static void close() {
    VERTX.close().await();
  }

  private static Flusher flusher() {
    var nowhere = URI.create("postgresql://nobody:nothing@127.0.0.1:1/nowhere");
    var postgres =
        Postgres.connect(VERTX, new Settings.Postgres(nowhere, 2, Duration.ofSeconds(1)));
    return new Flusher(VERTX, new Notes(VERTX, postgres, new Meters()));
  }

  /** An attempt whose handler has begun, with a timeout of a minute. */
  private Attempt running(TimeLeft left, Puppet.Play play) throws InterruptedException {
    var attempt =
        new Attempt(
            ClaimedJobs.of("test", Duration.ofMinutes(1), left),
            new Puppet(
                "test",
                job -> {
                  begun.countDown();
                  return play.run(job);
                }),
            flusher,
            _ -> {},
            ended -> outcome.complete(ended.ending()));
    Thread.ofVirtual().start(attempt);
    begun.await();
    return attempt;
  }

  private Outcome ended() throws Exception {
    return outcome.get(30, SECONDS);
  }

  private ErrorCategory category() throws Exception {
    return ((Outcome.Failed) ended()).category();
  }

  private static @Nullable String forever() throws InterruptedException {
    new CountDownLatch(1).await();
    return null;
  }

  private static @Nullable String stubborn(CountDownLatch release) {
    while (release.getCount() > 0) {
      try {
        release.await();
      } catch (InterruptedException _) {
        // that is what it is about
      }
    }
    return null;
  }
}
