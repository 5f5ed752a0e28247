package dev.orchestrix.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.store.PlainConnection;
import dev.orchestrix.testkit.Api;
import dev.orchestrix.testkit.ChildNode;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Nodes;
import dev.orchestrix.testkit.Traces;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A tenant is deleted on a cluster of two nodes, while another one works. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@SuppressWarnings("NullAway.Init")
class DeletingATenantIT {
  private static final String LEAVING = "leaving";
  private static final String STAYING = "staying";

  @RegisterExtension static final Lab lab = new Lab();

  @RegisterExtension final Nodes nodes = Nodes.beside(lab).with("EXECUTE_LEASE", "10s");

  private ChildNode leader;
  private ChildNode other;
  private Api here;
  private Api there;

  @BeforeEach
  void start() {
    leader = nodes.start();
    other = nodes.start();
    here = leader.api();
    there = other.api();
    var _ = here.put(tenant(), "{\"quotas\": {\"per_day\": 1000000}}");
    var _ = here.put("/api/v1/tenants/" + STAYING, "{}");
    Lab.until("both know them", () -> there.get(tenant()).getString("id").equals(LEAVING));
  }

  @Test
  void a_tenant_with_jobs_in_every_state_leaves_nothing_and_takes_nothing_of_others() {
    jobsInEveryState();
    there.submitAll(Collections.nCopies(3000, job(STAYING, "noop", "")));
    assertThat(Traces.of(lab, LEAVING))
        .extracting(found -> found.replaceAll(":.*", ""))
        .contains("jobs", "held", "lanes", "dead_letters", "idempotency_keys", "unique_jobs")
        .contains("redrives", "limits", "pauses", "tenant_usage", "api_keys");

    var answer = there.call("DELETE", tenant(), "");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    assertThat(new JsonObject(answer.body()).getString("state")).isEqualTo("deleting");
    Lab.until("the other node has heard", () -> refusal(here).equals("tenant_deleting"));
    assertThat(there.call("POST", tenant() + "/resume", "").statusCode()).isEqualTo(409);
    assertThat(there.call("PUT", tenant(), "{}").statusCode()).isEqualTo(409);
    here.submitAll(Collections.nCopies(3000, job(STAYING, "noop", "")));
    gone(there);

    assertThat(Traces.of(lab, LEAVING)).isEmpty();
    assertThat(Traces.ofMissingJobs(lab)).isEmpty();
    Lab.until("all others have succeeded", () -> succeeded(STAYING) == 6000);
    assertThat(refusal(there)).isEqualTo("unknown_tenant");
    assertThat(violations(here) + violations(there)).isEmpty();
    assertThat(here.call("GET", "/metrics", "").body() + there.call("GET", "/metrics", "").body())
        .contains("orchestrix_jobs_deleted_total{reason=\"tenant\"}");

    assertThat(there.put(tenant(), "{}").getString("state")).isEqualTo("active");
    here.submitAll(Collections.nCopies(20, job(LEAVING, "noop", "")));
    Lab.until("the new one's have succeeded", () -> succeeded(LEAVING) == 20);
  }

  @Test
  void submissions_through_both_nodes_while_it_leaves_leave_nothing_behind()
      throws InterruptedException {
    var over = new AtomicBoolean();
    Set<String> answers = ConcurrentHashMap.newKeySet();
    var clients = new ArrayList<Thread>();
    for (var api : List.of(here, there, here, there)) {
      boolean keyed = clients.size() > 1;
      clients.add(Thread.startVirtualThread(() -> submit(api, keyed, over, answers)));
    }
    Lab.until("some have succeeded", () -> succeeded(LEAVING) > 200);

    assertThat(here.call("DELETE", tenant(), "").statusCode()).isEqualTo(202);
    gone(there);
    gone(here);
    over.set(true);
    for (var client : clients) {
      client.join();
    }

    assertThat(answers).containsExactlyInAnyOrder("201", "tenant_deleting", "unknown_tenant");
    assertThat(Traces.of(lab, LEAVING)).isEmpty();
    assertThat(Traces.ofMissingJobs(lab)).isEmpty();
    assertThat(violations(here) + violations(there)).isEmpty();
  }

  @Test
  void the_next_leader_goes_on_when_one_is_killed_in_the_middle() throws SQLException {
    assertThat(lab.number("select node from leaders")).isEqualTo(leader.number());
    there.submitAll(Collections.nCopies(40_000, job(LEAVING, "noop", "")));
    Lab.until("all have succeeded", () -> succeeded(LEAVING) == 40_000);
    there.submitAll(Collections.nCopies(500, job(STAYING, "noop", "")));

    try (var last = lastOneHeld()) {
      assertThat(there.call("DELETE", tenant(), "").statusCode()).isEqualTo(202);
      Lab.until("some are gone", () -> count(LEAVING) < 40_000);
      leader.process().kill();
      assertThat(count(LEAVING)).as("it was in the middle").isPositive();
      last.rollback();
    }

    gone(there);
    assertThat(Traces.of(lab, LEAVING)).isEmpty();
    assertThat(Traces.ofMissingJobs(lab)).isEmpty();
    assertThat(count(STAYING)).isEqualTo(500);
    assertThat(violations(there)).isEmpty();
  }

  @Test
  @Timeout(120)
  void streams_of_its_events_end() throws IOException {
    var job = here.submit(job(LEAVING, "sleep", ", \"payload\": {\"duration\": \"1h\"}"));
    try (var ofTenant = there.follow("/api/v1/events?tenant=" + LEAVING);
        var ofJob = there.follow("/api/v1/jobs/" + job + "/events")) {

      assertThat(here.call("DELETE", tenant(), "").statusCode()).isEqualTo(202);

      assertThat(ofTenant.readAllBytes()).isNotNull();
      assertThat(new String(ofJob.readAllBytes(), UTF_8)).contains(job);
    }
  }

  @Test
  void what_must_stay_and_what_is_not_there_are_told_apart() {
    assertThat(here.call("DELETE", "/api/v1/tenants/default", "").body()).contains("tenant_stays");
    assertThat(here.call("DELETE", "/api/v1/tenants/*", "").body()).contains("tenant_stays");
    assertThat(here.call("DELETE", "/api/v1/tenants/nobody", "").statusCode()).isEqualTo(404);
    assertThat(here.get("/api/v1/tenants/default").getString("state")).isEqualTo("active");
  }

  private void jobsInEveryState() {
    var _ = here.put("/api/v1/limits/type/limited", "{\"running\": 0}");
    var _ = here.put("/api/v1/limits/rate_key/a?tenant=" + LEAVING, "{\"rate\": 1, \"burst\": 1}");
    var key = "{\"tenant\": \"" + LEAVING + "\", \"role\": \"viewer\", \"name\": \"x\"}";
    assertThat(here.call("POST", "/api/v1/keys", key).statusCode()).isEqualTo(201);
    var nap = ", \"payload\": {\"duration\": \"1h\"}";
    for (int i = 0; i < 5; i++) {
      var own = ", \"idempotency_key\": \"k" + i + "\"";
      here.submit(job(LEAVING, "noop", own));
      here.submit(
          job(LEAVING, "noop", ", \"payload\": " + i + ", \"unique\": {\"period\": \"1h\"}"));
      here.submit(job(LEAVING, "noop", ", \"delay\": \"1h\", \"expires_in\": \"1h\""));
      here.submit(job(LEAVING, "noop", ", \"delay\": \"1h\", \"deadline\": \"2h\""));
      here.submit(job(LEAVING, "sleep", nap + ", \"concurrency_key\": \"c\""));
      here.submit(job(LEAVING, "sleep", nap + ", \"deadline\": \"2h\""));
      here.submit(job(LEAVING, "nobody-knows", ", \"retry\": {\"max_attempts\": 1}"));
      here.submit(
          job(
              LEAVING,
              "sleep",
              nap + ", \"timeout\": \"10ms\", \"retry\": {\"initial\": \"1h\", \"max\": \"1h\"}"));
    }
    for (var state : List.of("SCHEDULED", "RUNNING", "FAILED", "SUCCEEDED", "RETRYING")) {
      Lab.until(
          "5 are " + state,
          () ->
              lab.number(
                      "select count(*) from jobs where tenant = $1 and state::text = $2",
                      LEAVING,
                      state)
                  >= 5);
    }
    var redrive = "{\"filter\": {\"tenant\": \"" + LEAVING + "\"}, \"rate\": 0.01}";
    assertThat(here.call("POST", "/api/v1/dlq/redrive", redrive).statusCode()).isEqualTo(202);
    there.submitAll(Collections.nCopies(100, job(LEAVING, "limited", "")));
    Lab.until("they are held", () -> lab.number("select count(*) from held") > 0);
    assertThat(here.call("POST", tenant() + "/pause", "").statusCode()).isEqualTo(200);
    there.submitAll(Collections.nCopies(2000, job(LEAVING, "noop", "")));
  }

  private static void submit(Api api, boolean keyed, AtomicBoolean over, Set<String> answers) {
    for (int i = 0; !over.get(); i++) {
      var own =
          keyed
              ? ", \"idempotency_key\": \"%s-%d\", \"concurrency_key\": \"c%d\""
                  .formatted(Thread.currentThread().threadId(), i, i % 3)
              : "";
      var answer = api.call("POST", "/api/v1/jobs", job(LEAVING, "noop", own));
      answers.add(
          answer.statusCode() == 201 ? "201" : new JsonObject(answer.body()).getString("code"));
    }
  }

  private static String refusal(Api api) {
    var answer = api.call("POST", "/api/v1/jobs", job(LEAVING, "noop", ""));
    return answer.statusCode() == 201 ? "" : new JsonObject(answer.body()).getString("code");
  }

  private static void gone(Api api) {
    Lab.until("it is gone", () -> api.call("GET", tenant(), "").statusCode() == 404);
  }

  private static String violations(Api api) {
    return String.join(
        "\n",
        api.call("GET", "/metrics", "")
            .body()
            .lines()
            .filter(line -> line.startsWith("orchestrix_invariant_violations_total"))
            .toList());
  }

  private static String tenant() {
    return "/api/v1/tenants/" + LEAVING;
  }

  private static String job(String tenant, String type, String more) {
    return "{\"tenant\": \"%s\", \"type\": \"%s\"%s}".formatted(tenant, type, more);
  }

  /** Until its transaction ends nobody can erase the last job of the tenant. */
  private static Connection lastOneHeld() throws SQLException {
    var connection = PlainConnection.open(lab.settings().postgres().url(), "test", Map.of());
    connection.setAutoCommit(false);
    var one = "select from jobs where tenant = ? order by id desc limit 1 for update";
    try (var statement = connection.prepareStatement(one)) {
      statement.setString(1, LEAVING);
      assertThat(statement.executeQuery().next()).isTrue();
    }
    return connection;
  }

  private static long succeeded(String tenant) {
    return lab.number(
        "select count(*) from jobs where state = 'SUCCEEDED' and tenant = $1", tenant);
  }

  private static long count(String tenant) {
    return lab.number("select count(*) from jobs where tenant = $1", tenant);
  }
}
