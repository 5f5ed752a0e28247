package dev.orchestrix.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Api;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Nodes;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a node says of jobs that wait, against what then happens. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ExplainingJobsIT {
  private static final String NOOP = "{\"type\": \"noop\"}";

  @RegisterExtension static final Lab lab = new Lab();

  @RegisterExtension final Nodes nodes = Nodes.beside(lab);

  private Api api;

  @BeforeEach
  void start() {
    api = nodes.start().api();
  }

  @Test
  void the_start_of_a_job_behind_a_rate_of_its_tenant_is_told_within_a_fifth() {
    put("/api/v1/tenants/default", "{\"limits\": {\"rate\": 20, \"burst\": 1}}");

    assertStartIsTold("rate:tenant:default");
  }

  @Test
  void the_start_of_a_job_behind_a_rate_of_its_type_is_told_within_a_fifth() {
    put("/api/v1/limits/type/noop", "{\"rate\": 20, \"burst\": 1}");

    assertStartIsTold("rate:type:noop");
  }

  @Test
  void a_pause_is_named_with_who_and_why_and_has_no_start() {
    put("/api/v1/controls/type/noop", "{\"by\": \"ann\", \"why\": \"a leak\"}");

    var found = explain(api.submit(NOOP));

    assertThat(kinds(found)).contains("paused");
    assertThat(found.toString()).contains("ann").contains("a leak");
    assertThat(found.getString("estimated_start")).isNull();
  }

  @Test
  void slots_that_are_full_and_lanes_are_named() {
    put("/api/v1/limits/type/sleep", "{\"running\": 1}");
    var sleep = "{\"type\": \"sleep\", \"payload\": {\"duration\": \"20s\"}%s}";
    var first = api.submit(sleep.formatted(""));
    Lab.until("it runs", () -> api.job(first).getString("state").equals("RUNNING"));
    var keyed = "{\"type\": \"noop\", \"run_at\": \"2100-01-01T00:00:00Z\"}";

    assertThat(explain(first).getJsonArray("blockers")).isEmpty();
    var full = explain(api.submit(sleep.formatted("")));
    assertThat(kinds(full)).containsExactly("running");
    assertThat(api.call("POST", "/api/v1/jobs", keyed).statusCode()).isEqualTo(422);
    var later = explain(api.submit("{\"type\": \"noop\", \"delay\": \"1h\"}"));
    assertThat(kinds(later)).containsExactly("time");
    assertThat(later.getString("estimated_start")).isNotNull();
  }

  @Test
  void a_job_behind_others_of_its_concurrency_key_says_so() {
    var keyed =
        "{\"type\": \"sleep\", \"payload\": {\"duration\": \"20s\"}, \"concurrency_key\": \"k\"}";
    var first = api.submit(keyed);
    Lab.until("it runs", () -> api.job(first).getString("state").equals("RUNNING"));
    var _ = api.submit(keyed);

    var third = explain(api.submit(keyed));

    assertThat(kinds(third)).containsExactly("concurrency");
    var blocker = third.getJsonArray("blockers").getJsonObject(0);
    assertThat(blocker.getLong("ahead")).isEqualTo(1);
    assertThat(blocker.getString("reason")).isEqualTo("concurrency:default:k");
  }

  @Test
  void what_blocks_most_is_told_for_the_whole_cluster() {
    put("/api/v1/controls/type/noop", "{}");
    api.submitAll(Collections.nCopies(500, NOOP));
    Lab.until("they are held", () -> !top().isEmpty());

    Lab.until("all of them", () -> top().getFirst().getLong("jobs") == 500);
    assertThat(top().getFirst().getString("reason")).isEqualTo("paused:type:noop");
  }

  /**
   * The last of a hundred jobs of which twenty may start a second. What is told has to be what
   * those before it need; it never begins much sooner, and later only where this machine is slower
   * than the rate.
   */
  private void assertStartIsTold(String reason) {
    var last = api.submitAll(Collections.nCopies(100, NOOP)).getLast();
    Lab.until("some have started", () -> started() > 5);
    long most = 100 - started();
    var asked = Instant.now();

    var found = explain(last);
    var answered = Instant.now();
    long least = 100 - started();

    var rate =
        found.getJsonArray("blockers").stream()
            .map(JsonObject.class::cast)
            .filter(one -> one.getString("kind").equals("rate"))
            .findFirst();
    assertThat(rate).as(found.encode()).isPresent();
    assertThat(rate.get().getString("reason")).isEqualTo(reason);
    var told = OffsetDateTime.parse(found.getString("estimated_start")).toInstant();
    assertThat(told)
        .as("told against the rate")
        .isBetween(asked.plusMillis(least * 40), answered.plusMillis(most * 60));
    double wait = Duration.between(asked, told).toMillis();
    var latest = latestTold(last);
    var begun = OffsetDateTime.parse(api.ended(last).getString("started_at")).toInstant();
    assertThat((double) Duration.between(asked, begun).toMillis()).isGreaterThan(wait * 0.8);
    assertThat(latest)
        .as("the latest start that was told while others were fed")
        .isBefore(begun.plusMillis(most * 10));
  }

  /**
   * Asks again and again until it has started, while those before it are moved to Redis. What an
   * answer takes is not held against it.
   */
  private Instant latestTold(String last) {
    var latest = new AtomicReference<>(Instant.MIN);
    Lab.until(
        "it has started",
        () -> {
          var asked = Instant.now();
          var found = explain(last);
          var told = found.getString("estimated_start");
          if (told != null) {
            var took = Duration.between(asked, Instant.now());
            var start = OffsetDateTime.parse(told).toInstant().minus(took);
            latest.accumulateAndGet(start, (a, b) -> a.isAfter(b) ? a : b);
          }
          return !found.getString("state").equals("PENDING");
        });
    return latest.get();
  }

  private static long started() {
    return lab.number("select count(*) from jobs where attempt > 0");
  }

  private JsonObject explain(String id) {
    return api.get("/api/v1/jobs/" + id + "/explain");
  }

  private List<JsonObject> top() {
    return api.get("/api/v1/explain").getJsonArray("items").stream()
        .map(JsonObject.class::cast)
        .toList();
  }

  private static List<String> kinds(JsonObject found) {
    return found.getJsonArray("blockers").stream()
        .map(one -> ((JsonObject) one).getString("kind"))
        .toList();
  }

  private void put(String path, String body) {
    var answer = api.call("PUT", path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }
}
