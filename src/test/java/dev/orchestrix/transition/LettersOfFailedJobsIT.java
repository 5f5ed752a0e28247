package dev.orchestrix.transition;

import static dev.orchestrix.testkit.Lab.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.bus.Events;
import dev.orchestrix.core.job.Decision;
import dev.orchestrix.core.job.ErrorCategory;
import dev.orchestrix.core.job.Fingerprint;
import dev.orchestrix.core.job.Outcome;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.core.retry.RetryPolicy;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.redis.TimerSet;
import dev.orchestrix.testkit.Lab;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LettersOfFailedJobsIT {
  private static final int NODE = 7;

  @RegisterExtension static final Lab LAB = new Lab();

  private Claims claims;
  private Endings endings;
  private TakeBacks takeBacks;
  private Revivals revivals;

  @BeforeEach
  void wire() {
    LAB.node(NODE);
    var gates = new Gates(LAB.vertx());
    var events = new Events(LAB.vertx(), Set::of);
    var execute = LAB.settings().execute();
    claims = new Claims(LAB.vertx(), LAB.postgres(), LAB.meters(), execute, NODE);
    endings =
        new Endings(
            LAB.vertx(),
            LAB.postgres(),
            new TimerSet(LAB.redis()),
            gates,
            events,
            LAB.meters(),
            execute);
    takeBacks = new TakeBacks(LAB.postgres(), gates, events, LAB.meters());
    revivals = new Revivals(LAB.postgres(), gates, events, LAB.meters());
  }

  @Test
  void whatever_else_ends_with_it_a_job_that_fails_has_a_letter_and_no_other_has() {
    var jobs = await(claims.claim(LAB.ready(4)));

    var ended =
        List.of(
            endings.end(ending(jobs.get(0), new Outcome.Succeeded("{}"), null)),
            endings.end(ending(jobs.get(1), failed(false), error("REJECTED", "no order 17"))),
            endings.end(ending(jobs.get(2), failed(true), error("HANDLER_ERROR", "again"))),
            endings.end(ending(jobs.get(3), new Outcome.Cancelled("enough"), null)));
    var _ = await(Future.all(ended));

    var letters = LAB.rows("select * from dead_letters");
    assertThat(letters).hasSize(1);
    var letter = letters.getFirst();
    assertThat(letter.getUUID("job")).isEqualTo(jobs.get(1).id());
    assertThat(letter.getString("tenant")).isEqualTo("default");
    assertThat(letter.getString("type")).isEqualTo("noop");
    assertThat(letter.getString("category")).isEqualTo("REJECTED");
    assertThat(letter.getString("message")).isEqualTo("no order 17");
    assertThat(letter.getString("fingerprint")).isEqualTo("0123456789abcdef");
    assertThat(
            LAB.number(
                "select count(*) from dead_letters l join jobs j on j.id = l.job and j.finished_at"
                    + " = l.failed_at"))
        .isEqualTo(1);
  }

  @Test
  void an_outcome_that_comes_too_late_leaves_no_letter() {
    var job = await(claims.claim(LAB.ready(1))).getFirst();
    var _ = LAB.rows("update jobs set attempt = attempt + 1");

    var accepted = await(endings.end(ending(job, failed(false), error("REJECTED", "no"))));

    assertThat(accepted).isFalse();
    assertThat(letters()).isZero();
  }

  @Test
  void a_failure_that_does_not_say_why_has_a_letter_all_the_same() {
    var job = await(claims.claim(LAB.ready(1))).getFirst();

    var accepted = await(endings.end(ending(job, failed(false), null)));

    assertThat(accepted).isTrue();
    assertThat(LAB.rows("select fingerprint from dead_letters").getFirst().getString(0))
        .isEqualTo(Fingerprint.of("noop", ErrorCategory.HANDLER_ERROR).text());
  }

  @Test
  void a_job_that_three_nodes_died_under_has_a_letter_and_keeps_the_errors_of_before() {
    var jobs = await(claims.claim(LAB.ready(2)));
    var _ =
        LAB.rows(
            "update jobs set crashes = 2, errors = $1 where id = $2",
            error("TIMEOUT", "late"),
            jobs.getFirst().id());

    assertThat(await(takeBacks.takeBack(NODE, Duration.ofSeconds(15)))).isEqualTo(2);

    var letter = LAB.rows("select * from dead_letters").getFirst();
    assertThat(letters()).isEqualTo(1);
    assertThat(letter.getUUID("job")).isEqualTo(jobs.getFirst().id());
    assertThat(letter.getString("category")).isEqualTo("POISON");
    assertThat(letter.getString("fingerprint"))
        .isEqualTo(Fingerprint.of("noop", ErrorCategory.POISON).text());
    var errors =
        new JsonArray(
            LAB.rows("select errors from jobs where state = 'FAILED'").getFirst().getString(0));
    assertThat(errors.stream().map(it -> ((JsonObject) it).getString("category")))
        .containsExactly("TIMEOUT", "POISON");
    assertThat(errors.getJsonObject(1).getInteger("attempt")).isEqualTo(1);
    assertThat(errors.getJsonObject(1).getInstant("at")).isNotNull();
  }

  @Test
  void the_errors_that_statements_write_are_bounded_too() {
    var many = new JsonArray();
    for (int attempt = 1; attempt <= 20; attempt++) {
      var _ = many.add(new JsonObject().put("attempt", attempt));
    }

    var errors =
        new JsonArray(
            LAB.rows("select errors_with($1, 21, 'noop', 'POISON', 'no')", many.encode())
                .getFirst()
                .getString(0));

    assertThat(errors).hasSize(20);
    assertThat(errors.getJsonObject(0).getInteger("attempt")).isEqualTo(2);
    assertThat(errors.getJsonObject(19).getInteger("attempt")).isEqualTo(21);
  }

  @Test
  void a_retried_job_is_as_if_it_had_not_been_tried_and_keeps_its_errors() {
    var job = failed(1).getFirst();
    var _ =
        LAB.rows(
            """
            update jobs
               set run_at = now(), crashes = 3, failures = 3,
                   deadline_at = now() - interval '1 minute', expires_at = now() + interval '1 hour'
            """);

    var revived = await(revivals.retry(job, null));

    assertThat(revived).isPresent();
    var row = LAB.rows("select *, state::text as name from jobs").getFirst();
    assertThat(row.getString("name")).isEqualTo("PENDING");
    assertThat(row.getInteger("attempt")).isEqualTo(job.attempt());
    assertThat(row.getShort("failures")).isZero();
    assertThat(row.getShort("crashes")).isZero();
    assertThat(row.getOffsetDateTime("run_at")).isNull();
    assertThat(row.getOffsetDateTime("finished_at")).isNull();
    assertThat(row.getOffsetDateTime("deadline_at")).isNull();
    assertThat(row.getOffsetDateTime("expires_at")).isNotNull();
    assertThat(row.getString("errors")).contains("no order 17");
    assertThat(row.getString("payload")).isEqualTo("{}");
    assertThat(letters()).isZero();
    assertThat(waiting()).containsExactly(job.id());
  }

  @Test
  void a_checkpoint_stays_for_the_payload_it_was_made_of_alone() {
    var same = failed(1).getFirst();
    var other = failed(1).getFirst();
    var _ = LAB.rows("update jobs set checkpoint = '7'");

    var _ = await(revivals.retry(same, null));
    var _ = await(revivals.retry(other, "{\"a\":1}"));

    assertThat(checkpoint(same)).isEqualTo("7");
    assertThat(checkpoint(other)).isNull();
  }

  @Test
  void a_retried_job_that_fails_again_has_a_letter_again() {
    var job = failed(1).getFirst();
    var _ = await(revivals.retry(job, "{\"a\":1}"));

    var delivery =
        new Delivery(2, "1-1", new Entry(job.id(), job.attempt(), "default", Priority.NORMAL));
    var claimed = await(claims.claim(List.of(delivery))).getFirst();
    assertThat(claimed.payload()).isEqualTo("{\"a\":1}");
    var _ = await(endings.end(ending(claimed, failed(false), error("REJECTED", "still"))));

    assertThat(LAB.rows("select message from dead_letters").getFirst().getString(0))
        .isEqualTo("still");
  }

  @Test
  void of_all_who_retry_a_job_at_once_exactly_one_succeeds() {
    for (var job : failed(50)) {
      var answers = new ArrayList<Future<Optional<Revivals.Revived>>>();
      for (int caller = 0; caller < 4; caller++) {
        answers.add(revivals.retry(job, null));
      }
      var _ = await(Future.all(answers));

      assertThat(answers.stream().filter(it -> it.result().isPresent())).hasSize(1);
    }
    assertThat(waiting()).hasSize(50).doesNotHaveDuplicates();
  }

  @Test
  void a_retry_of_what_has_not_failed_or_of_an_earlier_failure_moves_nothing() {
    var job = failed(1).getFirst();

    var stale = new Revivals.Failed(job.id(), job.attempt() - 1);
    assertThat(await(revivals.retry(stale, null))).isEmpty();

    assertThat(letters()).isEqualTo(1);
    assertThat(waiting()).isEmpty();
    var _ = LAB.rows("update jobs set state = 'RUNNING'");
    assertThat(await(revivals.retry(job, null))).isEmpty();
  }

  private List<Revivals.Failed> failed(int count) {
    var jobs = await(claims.claim(LAB.ready(count)));
    var _ =
        await(
            Future.all(
                jobs.stream()
                    .map(
                        job ->
                            endings.end(
                                ending(job, failed(false), error("REJECTED", "no order 17"))))
                    .toList()));
    return jobs.stream().map(job -> new Revivals.Failed(job.id(), job.attempt())).toList();
  }

  private static Outcome failed(boolean retryable) {
    return new Outcome.Failed(ErrorCategory.HANDLER_ERROR, "no", null, retryable, Duration.ZERO);
  }

  private static Ending ending(ClaimedJob job, Outcome outcome, @Nullable String errors) {
    var decision = Decision.of(outcome, 0, RetryPolicy.DEFAULT, 0.5);
    return new Ending(job, decision, null, errors, null, null);
  }

  private static String error(String category, String message) {
    return new JsonArray()
        .add(
            new JsonObject()
                .put("attempt", 1)
                .put("category", category)
                .put("message", message)
                .put("fingerprint", "0123456789abcdef"))
        .encode();
  }

  private static @Nullable String checkpoint(Revivals.Failed job) {
    return LAB.rows("select checkpoint from jobs where id = $1", job.id()).getFirst().getString(0);
  }

  private static long letters() {
    return LAB.number("select count(*) from dead_letters");
  }

  private static List<UUID> waiting() {
    return LAB.rows("select unnest(jobs) from backlog").stream()
        .map(row -> row.getUUID(0))
        .toList();
  }
}
