package dev.orchestrix.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Api;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.LaneWatch;
import dev.orchestrix.testkit.Nodes;
import io.vertx.redis.client.Command;
import java.util.Collections;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever becomes of a job with a concurrency key, the next one begins. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LosingNoSlotIT {
  @RegisterExtension static final Lab lab = new Lab();

  @SuppressWarnings("NullAway.Init")
  private static LaneWatch watch;

  @RegisterExtension final Nodes nodes = Nodes.beside(lab);

  @BeforeAll
  static void record() {
    watch = LaneWatch.in(lab);
  }

  @Test
  void when_a_job_is_cancelled_expires_fails_or_is_discarded_the_next_one_begins() {
    var api = nodes.start().api();
    var cancelled = api.submit(job("sleep", ""));
    var expired = api.submit(job("noop", ", \"expires_in\": \"100ms\""));
    var unwanted = api.submit(job("noop", ""));
    var failing =
        api.submit(job("sleep", ", \"timeout\": \"50ms\", \"retry\": {\"max_attempts\": 1}"));
    var last = api.submit(job("noop", ""));
    Lab.until("the first runs", () -> state(api, cancelled).equals("RUNNING"));
    assertThat(api.ended(expired).getString("state")).isEqualTo("FAILED");
    api.call("POST", "/api/v1/jobs/" + unwanted + "/cancel");

    api.call("POST", "/api/v1/jobs/" + cancelled + "/cancel");

    assertThat(api.ended(cancelled).getString("state")).isEqualTo("CANCELLED");
    assertThat(api.ended(failing).getString("state")).isEqualTo("FAILED");
    assertThat(api.ended(last).getString("state")).isEqualTo("SUCCEEDED");
    assertThat(state(api, unwanted)).isEqualTo("CANCELLED");
    api.call("DELETE", "/api/v1/dlq/" + expired);
    assertThat(api.ended(api.submit(job("noop", ""))).getString("state")).isEqualTo("SUCCEEDED");
    Lab.until("no place is left", () -> lab.rows("select from lanes").isEmpty());
    assertThat(watch.most("k")).isEqualTo(1);
  }

  @Test
  void a_failed_job_that_is_retried_by_hand_waits_for_its_turn() {
    var api = nodes.start().api();
    var failed =
        api.submit(job("sleep", ", \"timeout\": \"50ms\", \"retry\": {\"max_attempts\": 1}"));
    assertThat(api.ended(failed).getString("state")).isEqualTo("FAILED");
    var blocker = api.submit(job("sleep", ""));
    Lab.until("the blocker runs", () -> state(api, blocker).equals("RUNNING"));
    var before = api.submit(job("noop", ""));

    api.call("POST", "/api/v1/jobs/" + failed + "/retry");

    assertThat(state(api, failed)).isEqualTo("PENDING");
    api.call("POST", "/api/v1/jobs/" + blocker + "/cancel");
    Lab.until("it has run again", () -> api.job(failed).getInteger("attempt") == 2);
    assertThat(state(api, before)).isEqualTo("SUCCEEDED");
    assertThat(watch.most("k")).isEqualTo(1);
  }

  @Test
  void jobs_that_wait_to_be_called_are_still_in_order_after_redis_has_lost_everything() {
    var api = nodes.start().api();
    var ids = api.submitAll(Collections.nCopies(200, job("noop", "")));
    Lab.until("some have started", () -> watch.starts("k").size() > 20);

    var _ = lab.redis(Command.FLUSHALL);

    assertThat(api.ended(ids.getLast()).getString("state")).isEqualTo("SUCCEEDED");
    assertThat(watch.starts("k")).containsSubsequence(ids);
    assertThat(watch.most("k")).isEqualTo(1);
  }

  @Test
  void who_drops_what_is_new_says_who_has_the_slot_and_the_newest_takes_it_from_all_before() {
    var api = nodes.start().api();
    strategy(api, "drop_new");
    var holder = api.submit(job("sleep", ""));

    var refusal = api.refused(job("noop", ""));

    assertThat(refusal.getInteger("status")).isEqualTo(409);
    assertThat(refusal.getString("code")).isEqualTo("concurrency_full");
    assertThat(refusal.getString("job")).isEqualTo(holder);
    assertThat(lab.number("select count(*) from jobs")).isEqualTo(1);

    Lab.until("it runs", () -> state(api, holder).equals("RUNNING"));
    strategy(api, "cancel_running");
    var newest = api.submit(job("noop", ""));
    var ended = api.ended(holder);
    assertThat(ended.getString("state")).isEqualTo("CANCELLED");
    assertThat(ended.getJsonArray("errors").encode()).contains(newest);
    assertThat(api.ended(newest).getString("state")).isEqualTo("SUCCEEDED");
    assertThat(api.job(newest).getString("concurrency_key")).isEqualTo("k");
  }

  private static void strategy(Api api, String strategy) {
    var _ =
        api.put(
            "/api/v1/limits/concurrency_key/k",
            "{\"running\": 1, \"strategy\": \"" + strategy + "\"}");
  }

  /** A sleeper sleeps until it is ended. */
  private static String job(String type, String more) {
    return "{\"type\": \"%s\", \"payload\": {\"duration\": \"1h\"}, \"concurrency_key\": \"k\"%s}"
        .formatted(type, more);
  }

  private static String state(Api api, String job) {
    return api.job(job).getString("state");
  }
}
