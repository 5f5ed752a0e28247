package dev.orchestrix.transition;

import static dev.orchestrix.testkit.Lab.await;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.Events;
import dev.orchestrix.testkit.Lab;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ExpiringJobsIT {
  @RegisterExtension static final Lab LAB = new Lab();

  private static final String PAST = "now() - interval '1 second'";
  private static final String FUTURE = "now() + interval '1 hour'";

  private Expiring expiring;
  private Claims claims;

  @BeforeEach
  void assemble() {
    LAB.node(7);
    var events = new Events(LAB.vertx(), Set::of);
    expiring = new Expiring(LAB.postgres(), events, LAB.meters());
    claims = new Claims(LAB.vertx(), LAB.postgres(), LAB.meters(), LAB.settings().execute(), 7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SCHEDULED", "BLOCKED", "PENDING"})
  void a_job_that_has_not_begun_in_its_time_fails_as_expired(String state) {
    var job = job(state, 0, "expires_at = " + PAST);

    assertThat(expire(job)).isEqualTo(1);

    assertThat(state(job)).isEqualTo("FAILED");
    assertThat(category(job)).isEqualTo("EXPIRED");
    assertThat(LAB.number("select count(*) from expiries")).isZero();
  }

  @Test
  void a_job_that_has_begun_once_does_not_expire_any_more() {
    var retrying = job("RETRYING", 1, "expires_at = " + PAST);
    var handedBack = job("PENDING", 1, "expires_at = " + PAST);

    assertThat(expire(retrying, handedBack)).isZero();

    assertThat(state(retrying)).isEqualTo("RETRYING");
    assertThat(state(handedBack)).isEqualTo("PENDING");
    assertThat(LAB.number("select count(*) from expiries")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SCHEDULED", "BLOCKED", "PENDING", "RETRYING"})
  void a_job_that_waits_at_its_deadline_fails(String state) {
    var job = job(state, 2, "deadline_at = " + PAST + ", errors = '[{\"category\":\"TIMEOUT\"}]'");
    var _ = LAB.rows("insert into timers select coalesce(run_at, now()), id, attempt from jobs");
    var _ = LAB.rows("update jobs set run_at = due_at from timers where job = id");

    assertThat(expire(job)).isEqualTo(1);

    assertThat(state(job)).isEqualTo("FAILED");
    assertThat(category(job)).isEqualTo("DEADLINE");
    assertThat(errors(job)).hasSize(2);
    boolean timed = state.equals("SCHEDULED") || state.equals("RETRYING");
    assertThat(LAB.number("select count(*) from timers")).isEqualTo(timed ? 0 : 1);
  }

  @Test
  void a_job_whose_time_has_not_come_is_left_alone() {
    var job = job("PENDING", 0, "deadline_at = " + FUTURE + ", expires_at = " + FUTURE);

    assertThat(expire(job)).isZero();

    assertThat(state(job)).isEqualTo("PENDING");
    assertThat(LAB.number("select count(*) from expiries")).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SUCCEEDED", "FAILED", "CANCELLED"})
  void a_job_that_has_ended_stays_as_it_is_and_is_not_looked_at_again(String end) {
    var job = job(end, 1, "deadline_at = " + PAST);

    assertThat(expire(job)).isZero();

    assertThat(state(job)).isEqualTo(end);
    assertThat(LAB.number("select count(*) from expiries")).isZero();
  }

  @Test
  void a_job_that_runs_at_its_deadline_is_looked_at_again_later() {
    var job = job("RUNNING", 1, "deadline_at = " + PAST);

    assertThat(expire(job)).isZero();

    assertThat(state(job)).isEqualTo("RUNNING");
    assertThat(LAB.number("select count(*) from expiries where due_at > now()")).isEqualTo(1);
  }

  @Test
  void a_claim_tells_that_it_comes_too_late() {
    var deliveries = LAB.ready(1);
    set("expires_at = " + PAST);

    var claimed = await(claims.claim(deliveries)).getFirst();

    assertThat(claimed.timeLeft()).isEqualTo(new TimeLeft(true, null, null));
  }

  @Test
  void a_claim_in_time_tells_what_is_left() {
    var deliveries = LAB.ready(1);
    set("expires_at = " + FUTURE + ", deadline_at = " + FUTURE + ", heartbeat_ms = 1500");

    var left = await(claims.claim(deliveries)).getFirst().timeLeft();

    assertThat(left.expired()).isFalse();
    assertThat(left.heartbeat()).isEqualTo(Duration.ofMillis(1500));
    assertThat(requireNonNull(left.untilDeadline(System.nanoTime())))
        .isBetween(Duration.ofMinutes(58), Duration.ofHours(1));
  }

  @Test
  void a_plain_job_has_no_limits() {
    assertThat(await(claims.claim(LAB.ready(1))).getFirst().timeLeft())
        .isSameAs(TimeLeft.UNLIMITED);
  }

  private int expire(UUID... jobs) {
    return await(expiring.expire(List.of(jobs)));
  }

  private static UUID job(String state, int attempt, String clocks) {
    var job = LAB.ready(1).getFirst().entry().id();
    var _ =
        LAB.rows(
            "update jobs set state = $2::text::job_state, attempt = $3, "
                + clocks
                + " where id = $1",
            job,
            state,
            attempt);
    var _ =
        LAB.rows(
            """
            insert into expiries
            select expires_at, id from jobs where id = $1 and expires_at is not null
            union
            select deadline_at + interval '1 microsecond', id
              from jobs where id = $1 and deadline_at is not null
            """,
            job);
    return job;
  }

  private static void set(String clocks) {
    var _ = LAB.rows("update jobs set " + clocks);
  }

  private static String state(UUID job) {
    return LAB.rows("select state::text from jobs where id = $1", job).getFirst().getString(0);
  }

  private static String category(UUID job) {
    return errors(job).getJsonObject(errors(job).size() - 1).getString("category");
  }

  private static JsonArray errors(UUID job) {
    return new JsonArray(
        LAB.rows("select errors from jobs where id = $1", job).getFirst().getString(0));
  }
}
