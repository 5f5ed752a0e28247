package dev.orchestrix.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Api;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Nodes;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a tenant may submit, through two nodes. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class KeepingQuotasIT {
  private static final String JOB = "{\"type\": \"noop\", \"payload\": \"12345678\"}";

  @RegisterExtension static final Lab lab = new Lab();

  @RegisterExtension final Nodes nodes = Nodes.beside(lab);

  private Api here;
  private Api there;

  @BeforeEach
  void start() {
    here = nodes.start().api();
    there = nodes.start().api();
  }

  @Test
  void no_more_jobs_of_a_day_are_written_however_many_come_at_once() throws Exception {
    quotas("{\"per_day\": 50}");

    try (var clients = Executors.newFixedThreadPool(8)) {
      var answers =
          IntStream.range(0, 120)
              .mapToObj(i -> clients.submit(() -> submit(i % 2 == 0 ? here : there, JOB)))
              .toList();
      assertThat(statuses(answers)).filteredOn(it -> it == 201).hasSize(50);
    }

    assertThat(lab.number("select count(*) from jobs")).isEqualTo(50);
    var refused = submit(here, JOB);
    assertThat(refused.statusCode()).isEqualTo(429);
    var problem = new JsonObject(refused.body());
    assertThat(problem.getString("code")).isEqualTo("quota_exceeded");
    assertThat(problem.getString("quota")).isEqualTo("per_day");
    assertThat(Long.parseLong(refused.headers().firstValue("retry-after").orElseThrow()))
        .isBetween(1L, 86_400L);
  }

  @Test
  void bytes_of_a_day_and_of_one_payload_are_kept() {
    quotas("{\"bytes\": 35, \"payload_bytes\": 12}");

    assertThat(submit(here, JOB).statusCode()).isEqualTo(201);
    assertThat(submit(there, JOB).statusCode()).isEqualTo(201);
    assertThat(submit(here, JOB).statusCode()).isEqualTo(201);
    assertThat(submit(there, JOB).statusCode()).isEqualTo(429);
    var large = submit(here, "{\"type\": \"noop\", \"payload\": \"12345678901\"}");
    assertThat(large.statusCode()).isEqualTo(403);
    assertThat(new JsonObject(large.body()).getString("code")).isEqualTo("payload_quota");
    assertThat(lab.number("select count(*) from jobs")).isEqualTo(3);
  }

  @Test
  void a_submission_that_is_repeated_is_not_counted_again() {
    quotas("{\"per_day\": 2}");
    var keyed = "{\"type\": \"noop\", \"idempotency_key\": \"k\"}";

    assertThat(submit(here, keyed).statusCode()).isEqualTo(201);
    assertThat(submit(there, keyed).statusCode()).isEqualTo(200);
    Lab.until("it is counted once", () -> lab.number("select jobs from tenant_usage") == 1);
    assertThat(submit(here, JOB).statusCode()).isEqualTo(201);
  }

  @Test
  void a_batch_is_told_which_of_its_jobs_were_too_many() {
    quotas("{\"per_day\": 3}");

    var answer =
        here.call(
            "POST",
            "/api/v1/jobs/batch",
            "[" + String.join(",", Collections.nCopies(5, JOB)) + "]");

    var body = new JsonObject(answer.body());
    assertThat(body.getInteger("accepted")).isEqualTo(3);
    assertThat(
            body.getJsonArray("rejected").stream().map(it -> ((JsonObject) it).getString("code")))
        .containsExactly("quota_exceeded", "quota_exceeded");
  }

  @Test
  void who_has_as_many_waiting_as_may_wait_may_submit_again_when_some_have_started() {
    quotas("{\"pending\": 100}");
    assertThat(here.call("POST", "/api/v1/tenants/default/pause", "").statusCode()).isEqualTo(200);
    assertThat(there.get("/api/v1/controls").getJsonArray("items")).as("it knows").hasSize(1);
    here.submitAll(Collections.nCopies(100, JOB));
    Lab.until("they wait", () -> lab.number("select count(*) from backlog_jobs") > 0);

    Lab.until("it is full", () -> submit(here, JOB).statusCode() == 429);
    assertThat(here.call("POST", "/api/v1/tenants/default/resume", "").statusCode()).isEqualTo(200);

    Lab.until("there is room", () -> submit(here, JOB).statusCode() == 201);
  }

  private void quotas(String quotas) {
    var answer = here.call("PUT", "/api/v1/tenants/default", "{\"quotas\": " + quotas + "}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    Lab.until(
        "the other knows",
        () ->
            there
                .get("/api/v1/tenants/default")
                .getJsonObject("quotas")
                .encode()
                .equals(new JsonObject(answer.body()).getJsonObject("quotas").encode()));
  }

  private static HttpResponse<String> submit(Api api, String job) {
    return api.call("POST", "/api/v1/jobs", job);
  }

  private static List<Integer> statuses(List<Future<HttpResponse<String>>> answers)
      throws Exception {
    var statuses = new ArrayList<Integer>();
    for (var answer : answers) {
      statuses.add(answer.get().statusCode());
    }
    return statuses;
  }
}
