package dev.orchestrix.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.orchestrix.execute.HandlerException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A job that ends early hangs up: the server sees it. Without that these tests would hang. */
@Timeout(60)
@DisplayNameGeneration(ReplaceUnderscores.class)
class EndingARequestEarlyTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String HALF = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf";

  private final HttpHandler http = new HttpHandler();

  @BeforeEach
  void allowLoopback() {
    http.permit(_ -> true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\n", HALF})
  void a_cancelled_job_hangs_up_however_far_the_answer_has_come(String said) throws Exception {
    try (var server = new RawServer(RawServer.hangingAfter(said))) {
      var job = job(server.url());
      var running = new RunningJob(http, job);
      server.asked().await();

      job.cancel();

      assertThat(running.failure()).isInstanceOf(InterruptedException.class);
      assertThat(server.ended()).succeedsWithin(PATIENCE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", HALF})
  void an_interrupted_job_hangs_up(String said) throws Exception {
    try (var server = new RawServer(RawServer.hangingAfter(said))) {
      var running = new RunningJob(http, job(server.url()));
      server.asked().await();

      running.interrupt();

      assertThat(running.failure()).isInstanceOf(InterruptedException.class);
      assertThat(server.ended()).succeedsWithin(PATIENCE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", HALF})
  void a_job_hangs_up_at_its_deadline_and_is_tried_again(String said) throws Exception {
    try (var server = new RawServer(RawServer.hangingAfter(said))) {
      var job = job(server.url()).endingAfter(server.asked()::await);

      var failure = job.failIn(http);

      assertThat(failure).hasMessageContaining("no complete answer by the deadline");
      assertThat(failure.isRetryable()).isTrue();
      assertThat(server.ended()).succeedsWithin(PATIENCE);
    }
  }

  @Test
  void an_answer_that_trickles_does_not_outlast_the_deadline() throws Exception {
    RawServer.Talk trickle =
        client -> {
          RawServer.saying("HTTP/1.1 200 OK\r\n").answer(client);
          client.setSoTimeout(20);
          while (true) {
            RawServer.saying("X: y\r\n").answer(client);
            try {
              if (client.getInputStream().read() < 0) {
                return;
              }
            } catch (SocketTimeoutException silence) {
              // the next drop
            }
          }
        };
    try (var server = new RawServer(trickle)) {
      var failure = job(server.url()).endingAfter(server.asked()::await).failIn(http);

      assertThat(failure).hasMessageContaining("by the deadline");
      assertThat(server.ended()).succeedsWithin(PATIENCE);
    }
  }

  @Test
  void a_job_that_is_cancelled_already_asks_nobody() throws Exception {
    try (var server = new TestServer()) {
      server.page("/", 200, "ok");
      var job = job(server.url("/"));
      job.cancel();

      assertThatThrownBy(() -> http.run(job)).isInstanceOf(InterruptedException.class);
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void a_deadline_that_has_passed_is_no_wait_at_all() throws Exception {
    try (var server = new RawServer(RawServer.hangingAfter(""))) {
      var failure = job(server.url()).endingAt(Instant.EPOCH).failIn(http);

      assertThat(failure).isInstanceOf(HandlerException.class);
    }
  }

  @Test
  void an_executor_cancels_and_interrupts() throws Exception {
    try (var server = new RawServer(RawServer.hangingAfter(""))) {
      var running = new RunningJob(http, job(server.url()));
      server.asked().await();

      running.cancel();

      assertThat(running.failure()).isInstanceOf(InterruptedException.class);
      assertThat(server.ended()).succeedsWithin(PATIENCE);
    }
  }

  @Test
  void a_resolver_that_is_stuck_holds_nobody() throws Exception {
    var asked = new CountDownLatch(1);
    var unstuck = new CountDownLatch(1);
    var stuck =
        new HttpHandler(
            _ -> {
              asked.countDown();
              awaitUninterruptibly(unstuck);
              return new InetAddress[0];
            });
    var job = job("http://slow.example/");
    var running = new RunningJob(stuck, job);
    asked.await();

    job.cancel();

    assertThat(running.failure()).isInstanceOf(InterruptedException.class);
    unstuck.countDown();
  }

  @Test
  void nor_the_thread_that_asked_it() throws Exception {
    var asked = new CountDownLatch(1);
    var unstuck = new CountDownLatch(1);
    var resolver =
        new GuardedResolver(
            _ -> {
              asked.countDown();
              awaitUninterruptibly(unstuck);
              return new InetAddress[0];
            },
            _ -> true);
    var failure = new CompletableFuture<Throwable>();
    var thread =
        Thread.ofVirtual()
            .start(() -> failure.complete(catchThrowable(() -> resolver.resolve("slow.example"))));
    asked.await();

    thread.interrupt();

    assertThat(failure.get(20, TimeUnit.SECONDS)).isInstanceOf(UnknownHostException.class);
    unstuck.countDown();
  }

  @Test
  void a_job_that_ended_does_not_mind_a_late_cancellation() throws Exception {
    try (var server = new TestServer()) {
      server.page("/", 200, "ok");
      var job = job(server.url("/"));
      assertThat(http.run(job)).contains("ok");

      job.cancel();

      assertThat(Thread.interrupted()).isFalse();
      assertThat(http.run(job(server.url("/")))).contains("ok");
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException stuck) {
        // as the C library would be
      }
    }
  }

  private static TestJob job(String url) {
    return TestJob.of("{\"method\": \"POST\", \"url\": \"" + url + "\"}");
  }
}
