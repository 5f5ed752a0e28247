package dev.orchestrix.transition;

import static dev.orchestrix.testkit.Lab.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.Cancellation;
import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Events;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.query.JobQueries;
import dev.orchestrix.store.Ids;
import dev.orchestrix.testkit.Lab;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CancellingJobsIT {
  @RegisterExtension static final Lab LAB = new Lab();

  private static final int NODE = 7;

  private Events events;
  private Cancels cancels;
  private Claims claims;

  @BeforeEach
  void assemble() {
    LAB.node(NODE);
    events = new Events(LAB.vertx(), Set::of);
    cancels = new Cancels(LAB.vertx(), LAB.postgres(), events, LAB.meters());
    claims = new Claims(LAB.vertx(), LAB.postgres(), LAB.meters(), LAB.settings().execute(), NODE);
  }

  @ParameterizedTest
  @EnumSource(names = {"SCHEDULED", "BLOCKED", "PENDING", "RETRYING"})
  void a_job_that_waits_is_cancelled_at_once(JobState state) {
    var job = waiting(state);

    var answer = cancel(job);

    assertThat(answer).isEqualTo(new CancelAnswer(job, "default", "noop", state, 0));
    assertThat(answer.state()).isEqualTo(JobState.CANCELLED);
    assertThat(answer.asked()).isFalse();
    assertThat(state(job)).isEqualTo("CANCELLED");
    assertThat(row(job).getOffsetDateTime("finished_at")).isNotNull();
    var error = errors(job).getJsonObject(0);
    assertThat(error.getString("category")).isEqualTo("CANCELLED");
    assertThat(error.getString("message")).isEqualTo("a \"good\" reason");
    assertThat(LAB.number("select count(*) from timers")).isZero();
    assertThat(LAB.number("select count(*) from expiries")).isZero();
  }

  @Test
  void the_errors_of_earlier_attempts_stay() {
    var job = waiting(JobState.RETRYING);
    var _ = LAB.rows("update jobs set errors = $1", "[{\"category\":\"TIMEOUT\"}]");

    var _ = cancel(job);

    assertThat(errors(job)).hasSize(2);
    assertThat(errors(job).getJsonObject(0).getString("category")).isEqualTo("TIMEOUT");
    assertThat(errors(job).getJsonObject(1).getString("category")).isEqualTo("CANCELLED");
  }

  @Test
  void what_a_cancelled_job_left_on_a_stream_starts_nothing() {
    var delivery = LAB.ready(1).getFirst();

    var _ = cancel(delivery.entry().id());

    assertThat(await(claims.claim(List.of(delivery)))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"SUCCEEDED", "FAILED", "CANCELLED"})
  void a_job_that_has_ended_stays_as_it_is(JobState end) {
    var job = waiting(end);

    var answer = cancel(job);

    assertThat(answer.state()).isEqualTo(end);
    assertThat(answer.cancelled() || answer.asked()).isFalse();
    assertThat(state(job)).isEqualTo(end.name());
    assertThat(row(job).getString("errors")).isNull();
  }

  @Test
  void a_job_that_there_is_not_has_no_answer() {
    assertThat(await(cancels.cancel(List.of(request(Ids.next()))))).isEmpty();
  }

  @Test
  void of_a_job_that_runs_its_node_is_told_and_finds_a_note() {
    var told = Promise.<Cancellation>promise();
    var consumer = LAB.vertx().eventBus().<Cancellation>consumer(Addresses.cancel(NODE));
    consumer.handler(message -> told.complete(message.body()));
    var job = running();

    var answer = cancel(job);

    assertThat(answer.asked()).isTrue();
    assertThat(answer.state()).isEqualTo(JobState.RUNNING);
    assertThat(state(job)).isEqualTo("RUNNING");
    var cancellation = new Cancellation(job, 1, "a \"good\" reason", Duration.ofSeconds(3));
    assertThat(await(told.future())).isEqualTo(cancellation);
    assertThat(await(cancels.asked(NODE))).containsExactly(cancellation);
    assertThat(await(cancels.asked(NODE + 1))).isEmpty();
    await(consumer.unregister());
  }

  @Test
  void who_reads_a_job_sees_that_it_was_asked_to_end() {
    var asked = running();
    var other = running();

    var _ = cancel(asked);

    var queries = new JobQueries(LAB.postgres());
    assertThat(await(queries.find(asked)).orElseThrow().cancelling()).isTrue();
    assertThat(await(queries.find(other)).orElseThrow().cancelling()).isFalse();
  }

  @Test
  void to_ask_twice_is_to_ask_once_with_the_grace_asked_for_last() {
    var job = running();

    var _ = cancel(job);
    var _ = await(cancels.cancel(List.of(new CancelRequest(job, "again", Duration.ZERO))));

    assertThat(await(cancels.asked(NODE)))
        .containsExactly(new Cancellation(job, 1, "a \"good\" reason", Duration.ZERO));
  }

  @Test
  void a_note_on_a_job_that_waits_again_cancels_it_and_goes() {
    var job = running();
    var _ = cancel(job);
    var _ = LAB.rows("update jobs set state = 'PENDING'");

    assertThat(cancel(job).cancelled()).isTrue();

    assertThat(state(job)).isEqualTo("CANCELLED");
    assertThat(await(cancels.asked(NODE))).isEmpty();
  }

  @Test
  void a_note_on_a_job_that_has_ended_or_is_gone_goes() {
    var job = running();
    var gone = Ids.next();
    var _ = cancel(job);
    var _ = LAB.rows("update jobs set state = 'SUCCEEDED'");
    var _ =
        LAB.rows(
            "insert into cancellations (job, node, attempt, reason, grace_ms) values ($1, 7, 1, '',"
                + " 1)",
            gone);

    assertThat(await(cancels.cancel(List.of(request(job), request(gone))))).hasSize(1);

    assertThat(state(job)).isEqualTo("SUCCEEDED");
    assertThat(await(cancels.asked(NODE))).isEmpty();
  }

  @Test
  void a_dead_node_takes_the_jobs_along_that_it_was_to_cancel() {
    var unwanted = running();
    var wanted = running();
    var _ = cancel(unwanted);
    var takeBacks = new TakeBacks(LAB.postgres(), new Gates(LAB.vertx()), events, LAB.meters());

    assertThat(await(takeBacks.takeBack(NODE, Duration.ofSeconds(15)))).isEqualTo(2);

    assertThat(state(unwanted)).isEqualTo("CANCELLED");
    assertThat(errors(unwanted).getJsonObject(0).getString("message"))
        .isEqualTo("a \"good\" reason");
    assertThat(state(wanted)).isEqualTo("PENDING");
    assertThat(row(wanted).getString("errors")).isNull();
  }

  @Test
  void a_note_on_an_earlier_attempt_does_not_cancel_what_a_dead_node_ran() {
    var job = running();
    var _ = cancel(job);
    var _ = LAB.rows("update cancellations set attempt = 0");
    var takeBacks = new TakeBacks(LAB.postgres(), new Gates(LAB.vertx()), events, LAB.meters());

    assertThat(await(takeBacks.takeBack(NODE, Duration.ofSeconds(15)))).isEqualTo(1);

    assertThat(state(job)).isEqualTo("PENDING");
  }

  @Test
  void what_was_asked_of_a_node_that_has_left_is_found() {
    var job = running();
    var _ = cancel(job);
    assertThat(await(cancels.orphaned(10))).isEmpty();

    var _ = LAB.rows("delete from nodes");

    assertThat(await(cancels.orphaned(10))).containsExactly(request(job));
  }

  @Test
  void many_are_cancelled_together() {
    var jobs = LAB.ready(1000).stream().map(one -> one.entry().id()).toList();
    var running = running();

    var answers =
        await(
            cancels.cancel(
                Stream.concat(jobs.stream().skip(1), Stream.of(running))
                    .map(CancellingJobsIT::request)
                    .toList()));

    assertThat(answers).hasSize(1000);
    assertThat(answers.stream().filter(CancelAnswer::cancelled)).hasSize(999);
    assertThat(LAB.number("select count(*) from jobs where state = 'CANCELLED'")).isEqualTo(999);
    assertThat(state(jobs.getFirst())).isEqualTo("PENDING");
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.MATCH_ALL, names = ".*")
  void every_state_is_one_of_three_kinds(JobState state) {
    var answer = new CancelAnswer(Ids.next(), "default", "noop", state, 0);

    assertThat(Stream.of(answer.cancelled(), answer.asked(), state.terminal()).filter(it -> it))
        .hasSize(1);
  }

  private CancelAnswer cancel(UUID job) {
    return await(cancels.cancel(List.of(request(job)))).getFirst();
  }

  private static CancelRequest request(UUID job) {
    return new CancelRequest(job, "a \"good\" reason", Duration.ofSeconds(3));
  }

  private UUID running() {
    List<Delivery> ready = LAB.ready(1);
    return await(claims.claim(ready)).getFirst().id();
  }

  /** A job in that state, with a timer and a deadline an hour ahead. */
  private static UUID waiting(JobState state) {
    var job = LAB.ready(1).getFirst().entry().id();
    var _ =
        LAB.rows(
            """
            update jobs
               set state = $2::text::job_state, run_at = now() + interval '1 hour',
                   deadline_at = now() + interval '2 hours'
             where id = $1
            """,
            job,
            state.name());
    if (state == JobState.SCHEDULED || state == JobState.RETRYING) {
      var _ = LAB.rows("insert into timers select run_at, id, attempt from jobs");
    }
    if (!state.terminal()) {
      var _ = LAB.rows("insert into expiries select deadline_at, id from jobs");
    }
    return job;
  }

  private static Row row(UUID job) {
    return LAB.rows("select * from jobs where id = $1", job).getFirst();
  }

  private static String state(UUID job) {
    return LAB.rows("select state::text from jobs where id = $1", job).getFirst().getString(0);
  }

  private static JsonArray errors(UUID job) {
    return new JsonArray(row(job).getString("errors"));
  }
}
