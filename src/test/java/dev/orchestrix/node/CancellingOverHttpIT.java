package dev.orchestrix.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Servers;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cancelling, and the clocks of a job, from the request to what is read of the job. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CancellingOverHttpIT {
  private static final String JOBS = "/api/v1/jobs";
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @SuppressWarnings("NullAway.Init")
  private static Node node;

  @BeforeAll
  static void start() {
    node = Node.start(Lab.settings(Servers.database(), Map.of("http.port", "0")));
  }

  @AfterAll
  static void stop() {
    node.stop();
    CLIENT.close();
  }

  @Test
  void a_job_that_waits_is_cancelled_with_200() throws Exception {
    var id = submit("{\"type\":\"noop\",\"delay\":\"1h\"}");

    var answer = post(JOBS + "/" + id + "/cancel", "{\"reason\":\"a mistake\"}");

    assertThat(answer.statusCode()).isEqualTo(200);
    var body = new JsonObject(answer.body());
    assertThat(body.getString("state")).isEqualTo("CANCELLED");
    assertThat(body.getBoolean("cancelling")).isFalse();
    assertThat(job(id).getJsonArray("errors").getJsonObject(0).getString("message"))
        .isEqualTo("a mistake");
  }

  @Test
  void no_body_is_needed_and_delete_does_the_same() throws Exception {
    var one = submit("{\"type\":\"noop\",\"delay\":\"1h\"}");
    var other = submit("{\"type\":\"noop\",\"delay\":\"1h\"}");

    var posted = send(request(JOBS + "/" + one + "/cancel").POST(BodyPublishers.noBody()));
    var deleted = send(request(JOBS + "/" + other).DELETE());

    assertThat(posted.statusCode()).isEqualTo(200);
    assertThat(deleted.statusCode()).isEqualTo(200);
    assertThat(job(one).getString("state")).isEqualTo("CANCELLED");
    assertThat(job(other).getString("state")).isEqualTo("CANCELLED");
  }

  @Test
  void a_job_that_runs_is_asked_to_end_with_202() throws Exception {
    var id = submit("{\"type\":\"sleep\",\"payload\":{\"duration\":\"1h\"}}");
    Lab.until("it runs", () -> state(id).equals("RUNNING"));

    var answer = post(JOBS + "/" + id + "/cancel", "{\"reason\":\"enough\",\"grace\":\"1m\"}");

    assertThat(answer.statusCode()).isEqualTo(202);
    var body = new JsonObject(answer.body());
    assertThat(body.getString("state")).isEqualTo("RUNNING");
    assertThat(body.getBoolean("cancelling")).isTrue();
    var ended = ended(id);
    assertThat(ended.getBoolean("cancelling")).isFalse();
    assertThat(ended.getString("state")).isEqualTo("CANCELLED");
    assertThat(ended.getJsonArray("errors").getJsonObject(0).getString("message"))
        .isEqualTo("enough");
  }

  @Test
  void a_job_that_has_ended_is_told_with_409() throws Exception {
    var id = submit("{\"type\":\"noop\"}");
    assertThat(ended(id).getString("state")).isEqualTo("SUCCEEDED");

    var answer = send(request(JOBS + "/" + id).DELETE());

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
    var problem = new JsonObject(answer.body());
    assertThat(problem.getString("code")).isEqualTo("job_ended");
    assertThat(problem.getString("state")).isEqualTo("SUCCEEDED");
  }

  @Test
  void a_job_that_there_is_not_is_told_with_404() throws Exception {
    var answer = send(request(JOBS + "/" + UUID.randomUUID()).DELETE());

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo("unknown_job");
    assertThat(send(request(JOBS + "/nothing").DELETE()).statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{'why':'x'}; unknown_field",
        "{'reason':5}; wrong_type",
        "{'reason':''}; invalid_value",
        "{'grace':'6m'}; out_of_range",
        "[]; wrong_type",
        "{'grace':'soon','reason':7}; validation_failed",
      })
  void a_body_that_means_nothing_cancels_nothing(String body, String code) throws Exception {
    var id = submit("{\"type\":\"noop\",\"delay\":\"1h\"}");

    var answer = post(JOBS + "/" + id + "/cancel", body.replace('\'', '"'));

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo(code);
    assertThat(job(id).getString("state")).isEqualTo("SCHEDULED");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{}; required",
        "{'filter':{}}; required",
        "{'filter':{'tenant':'default','state':'PENDING'}}; unknown_field",
        "{'filter':{'tenant':'default','states':['SUCCEEDED']}}; invalid_value",
        "{'filter':{'tenant':'default','states':[]}}; invalid_value",
        "{'filter':{'tenant':'default','created_before':'noon'}}; invalid_value",
        "{'filter':{'tenant':'default'},'preview':1}; wrong_type",
        "{'filter':{'tenant':'default'},'cursor':'x'}; invalid_value",
      })
  void a_filter_that_means_nothing_is_refused(String body, String code) throws Exception {
    var answer = post(JOBS + "/cancel", body.replace('\'', '"'));

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo(code);
  }

  @Test
  void a_filter_is_previewed_and_then_cancels_some_at_a_time() throws Exception {
    var jobs = "{\"type\":\"noop\",\"delay\":\"1h\",\"tags\":[\"many\"]}\n".repeat(1500);
    var _ =
        send(
            request(JOBS + "/batch")
                .header("content-type", "application/x-ndjson")
                .POST(BodyPublishers.ofString(jobs, UTF_8)));
    var kept = submit("{\"type\":\"noop\",\"delay\":\"1h\"}");
    var filter = new JsonObject().put("tenant", "default").put("tag", "many");
    var body = new JsonObject().put("filter", filter);

    var preview = json(post(JOBS + "/cancel", body.copy().put("preview", true).encode()));
    var first = json(post(JOBS + "/cancel", body.encode()));
    var rest =
        json(
            post(
                JOBS + "/cancel",
                body.copy().put("cursor", first.getString("next_cursor")).encode()));

    assertThat(preview.getInteger("matched")).isEqualTo(1500);
    assertThat(preview.getJsonArray("sample")).hasSize(20);
    assertThat(first.getInteger("cancelled")).isEqualTo(1000);
    assertThat(first.getInteger("cancelling")).isZero();
    assertThat(rest.getInteger("cancelled")).isEqualTo(500);
    assertThat(rest.getString("next_cursor")).isNull();
    assertThat(job(kept).getString("state")).isEqualTo("SCHEDULED");
  }

  @Test
  void what_was_created_later_is_not_meant() throws Exception {
    var id = submit("{\"type\":\"later\",\"delay\":\"1h\"}");
    var body =
        """
        {"filter": {"tenant": "default", "type": "later", "created_before": "%s"}}
        """;

    var before = json(post(JOBS + "/cancel", body.formatted("2026-01-01T00:00:00Z")));
    var after = json(post(JOBS + "/cancel", body.formatted("2999-01-01T00:00:00Z")));

    assertThat(before.getInteger("cancelled")).isZero();
    assertThat(after.getInteger("cancelled")).isEqualTo(1);
    assertThat(job(id).getString("state")).isEqualTo("CANCELLED");
  }

  @Test
  void a_job_tells_its_clocks() throws Exception {
    var id =
        submit(
            """
            {"type": "noop", "delay": "1h", "expires_in": "10m", "deadline": "2h",
             "heartbeat": "30s"}
            """);

    var job = job(id);

    assertThat(job.getInstant("expires_at")).isAfter(job.getInstant("run_at"));
    assertThat(job.getInstant("deadline_at")).isAfter(job.getInstant("expires_at"));
    assertThat(job.getString("heartbeat")).isEqualTo("30s");
    assertThat(job(submit("{\"type\":\"noop\"}")).getValue("deadline_at")).isNull();
  }

  @Test
  void a_job_that_waits_at_its_deadline_fails_without_anybody_claiming_it() throws Exception {
    var id =
        submit(
            """
            {"type": "sleep", "payload": {"duration": "1h"}, "timeout": "100ms",
             "deadline": "2s", "retry": {"policy": "fixed", "initial": "1s", "max": "1s",
             "max_attempts": 1000, "jitter": 0}}
            """);

    var ended = ended(id);

    assertThat(ended.getString("state")).isEqualTo("FAILED");
    var errors = ended.getJsonArray("errors");
    assertThat(errors.getJsonObject(0).getString("category")).isEqualTo("TIMEOUT");
    assertThat(errors.getJsonObject(errors.size() - 1).getString("category")).isEqualTo("DEADLINE");
  }

  @Test
  void a_limited_tenant_cannot_keep_a_job_from_expiring() throws Exception {
    var _ =
        send(
            request("/api/v1/tenants/slow")
                .header("content-type", "application/json")
                .PUT(BodyPublishers.ofString("{\"limits\":{\"rate\":0.000001,\"burst\":1}}")));
    var job = "{\"type\":\"noop\",\"tenant\":\"slow\",\"expires_in\":\"1s\"}";

    var _ = submit(job);
    var last = ended(submit(job));

    assertThat(last.getString("state")).isEqualTo("FAILED");
    assertThat(last.getInteger("attempt")).isZero();
    assertThat(last.getJsonArray("errors").getJsonObject(0).getString("category"))
        .isEqualTo("EXPIRED");
  }

  private static String submit(String job) throws Exception {
    return json(post(JOBS, job)).getString("id");
  }

  private static JsonObject job(String id) throws Exception {
    return json(send(request(JOBS + "/" + id)));
  }

  private static JsonObject ended(String id) throws Exception {
    return json(send(request(JOBS + "/" + id + "?wait=60s")));
  }

  private static String state(String id) {
    try {
      return job(id).getString("state");
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    return send(
        request(path)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body, UTF_8)));
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  private static JsonObject json(HttpResponse<String> answer) {
    return new JsonObject(answer.body());
  }
}
