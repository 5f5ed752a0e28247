package dev.orchestrix.execute;

import static dev.orchestrix.testkit.Lab.await;
import static dev.orchestrix.testkit.Lab.until;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.Assignment;
import dev.orchestrix.bus.Events;
import dev.orchestrix.bus.Messages;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.redis.Streams;
import dev.orchestrix.redis.TimerSet;
import dev.orchestrix.store.NodeLease;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Unlimited;
import dev.orchestrix.transition.CancelRequest;
import dev.orchestrix.transition.Cancels;
import dev.orchestrix.transition.Claims;
import dev.orchestrix.transition.Endings;
import dev.orchestrix.transition.Notes;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Executors, the database and handlers that do as they are told. */
@Timeout(120)
@DisplayNameGeneration(ReplaceUnderscores.class)
class EndingWhatRunsIT {
  @RegisterExtension static final Lab LAB = new Lab();

  private static final Duration HOUR = Duration.ofHours(1);

  /** Nobody whom this speaks to hears it. */
  private static final Vertx ELSEWHERE = Vertx.vertx();

  private final CountDownLatch over = new CountDownLatch(1);
  private final List<String> deployed = new ArrayList<>();
  private Events events;
  private Cancels cancels;
  private Cancels unheard;

  @BeforeAll
  static void speak() {
    Messages.register(ELSEWHERE);
  }

  @AfterAll
  static void close() {
    await(ELSEWHERE.close());
  }

  @BeforeEach
  void assemble() {
    events = new Events(LAB.vertx(), Set::of);
    cancels = new Cancels(LAB.vertx(), LAB.postgres(), events, LAB.meters());
    unheard = new Cancels(ELSEWHERE, LAB.postgres(), events, LAB.meters());
  }

  @AfterEach
  void stop() {
    over.countDown();
    deployed.forEach(id -> await(LAB.vertx().undeploy(id)));
  }

  @Test
  void a_handler_that_heeds_its_cancellation_ends_the_job_within_the_grace() {
    var handler = new Puppet("noop", this::heedful);
    executor(1, handler);
    var job = assigned(1);
    var context = handler.begun();

    cancel(cancels, job, HOUR);

    ends(job, "CANCELLED");
    assertThat(context.cancelReason()).isEqualTo("enough");
    assertThat(categories(job)).containsExactly("CANCELLED");
    assertThat(errors(job).getJsonObject(0).getString("message")).isEqualTo("enough");
    until("its note is gone", () -> LAB.number("select count(*) from cancellations") == 0);
  }

  @Test
  void a_handler_that_does_not_is_interrupted_after_it() {
    var handler = new Puppet("noop", _ -> forever());
    executor(1, handler);
    var job = assigned(1);
    var _ = handler.begun();

    cancel(cancels, job, Duration.ofMillis(200));

    ends(job, "CANCELLED");
  }

  @Test
  void a_handler_that_ignores_both_is_given_up() {
    var handler = new Puppet("noop", _ -> deaf());
    executor(1, handler);
    var job = assigned(1);
    var _ = handler.begun();

    cancel(cancels, job, Duration.ZERO);

    ends(job, "CANCELLED");
    assertThat(over.getCount()).as("it has not let go").isEqualTo(1);
  }

  @Test
  void executors_find_in_postgres_what_the_bus_did_not_tell_them() {
    var handler = new Puppet("noop", this::heedful);
    executor(1, handler);
    executor(2, handler);
    var one = assigned(1);
    var other = assigned(2);
    var kept = assigned(2);
    for (int i = 0; i < 3; i++) {
      var _ = handler.begun();
    }

    cancel(unheard, one, HOUR);
    cancel(unheard, other, HOUR);

    ends(one, "CANCELLED");
    ends(other, "CANCELLED");
    assertThat(state(kept)).isEqualTo("RUNNING");
  }

  @Test
  void a_job_whose_attempt_ended_meanwhile_is_cancelled_while_it_waits_again() {
    var handler = new Puppet("noop", _ -> fail());
    executor(1, handler);
    var job = assigned(1);
    ends(job, "RETRYING");

    note(job, 1, 1);

    ends(job, "CANCELLED");
    until("its note is gone", () -> LAB.number("select count(*) from cancellations") == 0);
    assertThat(LAB.number("select count(*) from timers")).isZero();
  }

  @Test
  void a_note_on_what_has_ended_goes() {
    var handler = new Puppet("noop", _ -> null);
    executor(1, handler);
    var job = assigned(1);
    ends(job, "SUCCEEDED");

    note(job, 1, 1);

    until("its note is gone", () -> LAB.number("select count(*) from cancellations") == 0);
    assertThat(state(job)).isEqualTo("SUCCEEDED");
  }

  @Test
  void a_job_that_is_claimed_too_late_is_not_run() {
    var handler = new Puppet("noop", _ -> null);
    executor(1, handler);

    var expired = assigned(1, "expires_at = now() - interval '1 ms'");
    var past = assigned(1, "deadline_at = now() - interval '1 ms'");

    ends(expired, "FAILED");
    ends(past, "FAILED");
    assertThat(categories(expired)).containsExactly("EXPIRED");
    assertThat(categories(past)).containsExactly("DEADLINE");
    assertThat(handler.idle()).isTrue();
  }

  @Test
  void a_job_that_runs_at_its_deadline_is_ended_for_good() {
    executor(1, new Puppet("noop", _ -> forever()));

    var job = assigned(1, "deadline_at = now() + interval '300 ms'");

    ends(job, "FAILED");
    assertThat(categories(job)).containsExactly("DEADLINE");
  }

  @Test
  void a_retry_that_would_come_after_the_deadline_is_not_waited_for() {
    executor(1, new Puppet("noop", _ -> fail()));
    var hourly =
        """
        retry = '{"max_attempts":9,"policy":"fixed","initial_ms":3600000,"max_ms":3600000,
                  "multiplier":1,"jitter":0}'
        """;

    var job = assigned(1, hourly + ", deadline_at = now() + interval '30 minutes'");

    ends(job, "FAILED");
    assertThat(categories(job)).containsExactly("HANDLER_ERROR", "DEADLINE");
  }

  @Test
  void an_attempt_without_a_sign_of_life_is_ended_and_tried_again() {
    executor(1, new Puppet("noop", _ -> forever()));

    var job = assigned(1, "heartbeat_ms = 200");

    ends(job, "RETRYING");
    assertThat(categories(job)).containsExactly("HEARTBEAT");
  }

  @Test
  void an_attempt_that_gives_signs_of_life_runs_for_longer_than_its_heartbeat() {
    executor(1, new Puppet("noop", this::lively));

    var job = assigned(1, "heartbeat_ms = 2000");

    ends(job, "SUCCEEDED");
  }

  @Test
  void an_attempt_that_extends_itself_runs_for_longer_than_its_timeout() {
    executor(1, new Puppet("noop", this::lengthy));

    var job = assigned(1, "timeout_ms = 2000");

    ends(job, "SUCCEEDED");
  }

  private @Nullable String heedful(JobContext job) throws InterruptedException {
    var told = new CountDownLatch(1);
    job.onCancel(told::countDown);
    while (!told.await(20, MILLISECONDS) && over.getCount() > 0) {}
    return null;
  }

  private @Nullable String forever() throws InterruptedException {
    over.await();
    return null;
  }

  private @Nullable String deaf() {
    while (over.getCount() > 0) {
      try {
        over.await();
      } catch (InterruptedException _) {
        // that is what it is about
      }
    }
    return null;
  }

  private static @Nullable String fail() {
    throw new IllegalStateException("boom");
  }

  private @Nullable String lively(JobContext job) throws InterruptedException {
    for (int i = 0; i < 30; i++) {
      job.heartbeat();
      var _ = over.await(100, MILLISECONDS);
    }
    return null;
  }

  private @Nullable String lengthy(JobContext job) throws InterruptedException {
    var _ = job.extend(HOUR);
    var _ = over.await(2500, MILLISECONDS);
    return null;
  }

  private void executor(int node, JobHandler handler) {
    LAB.node(node);
    var settings = LAB.settings();
    var endings =
        new Endings(
            LAB.vertx(),
            LAB.postgres(),
            new TimerSet(LAB.redis()),
            new Gates(LAB.vertx()),
            events,
            LAB.meters(),
            settings.execute());
    var executor =
        new Executor(
            node,
            false,
            new NodeLease(HOUR),
            new Claims(LAB.vertx(), LAB.postgres(), LAB.meters(), settings.execute(), node),
            new Outcomes(endings, Unlimited.slots(LAB), Unlimited.settlement(LAB)),
            cancels,
            new Flusher(LAB.vertx(), new Notes(LAB.vertx(), LAB.postgres(), LAB.meters())),
            new Streams(LAB.redis(), LAB.redis()),
            Handlers.of(handler),
            OneExecutor.closed(LAB),
            events,
            LAB.meters(),
            settings);
    deployed.add(await(LAB.vertx().deployVerticle(executor)));
  }

  /** A job that a node is told to run. */
  private static UUID assigned(int node) {
    return assigned(node, "node = null");
  }

  private static UUID assigned(int node, String set) {
    var ready = LAB.ready(1);
    var id = ready.getFirst().entry().id();
    var _ = LAB.rows("update jobs set " + set + " where id = $1", id);
    LAB.vertx().eventBus().send(Addresses.execute(node), new Assignment(9, 1, 0, ready));
    return id;
  }

  private static void note(UUID job, int node, int attempt) {
    var insert = "insert into cancellations values ($1, $2, $3, 'enough', 0)";
    var _ = LAB.rows(insert, job, node, attempt);
  }

  private static void cancel(Cancels by, UUID job, Duration grace) {
    var answers = await(by.cancel(List.of(new CancelRequest(job, "enough", grace))));
    assertThat(answers.getFirst().asked()).isTrue();
  }

  private static void ends(UUID job, String state) {
    until(job + " is " + state, () -> state(job).equals(state));
  }

  private static String state(UUID job) {
    return LAB.rows("select state::text from jobs where id = $1", job).getFirst().getString(0);
  }

  private static JsonArray errors(UUID job) {
    return new JsonArray(
        LAB.rows("select errors from jobs where id = $1", job).getFirst().getString(0));
  }

  private static List<String> categories(UUID job) {
    return errors(job).stream().map(error -> ((JsonObject) error).getString("category")).toList();
  }
}
