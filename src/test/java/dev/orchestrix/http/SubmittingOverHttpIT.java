package dev.orchestrix.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.failure.EngineException;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.submit.Submitted;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
@TestInstance(Lifecycle.PER_CLASS)
class SubmittingOverHttpIT {
  private static final String JOBS = "/api/v1/jobs";
  private static final String JOB = "{\"type\":\"noop\"}";

  private final ApiWithoutServers api = new ApiWithoutServers(SubmittingOverHttpIT::submit);

  @AfterAll
  void stop() {
    api.close();
  }

  /** The type of a job says what becomes of it. */
  private static Future<Submitted> submit(NewJob job) {
    var cause = new IllegalStateException("secret of the database");
    return switch (job.type()) {
      case "unavailable" -> Future.failedFuture(new EngineException.Unavailable("write", cause));
      case "bad" -> Future.failedFuture(new EngineException.BadData("write", "22021", cause));
      case "rejected" -> Future.failedFuture(new EngineException.Rejected("write", "42P01", cause));
      case "bug" -> Future.failedFuture(cause);
      default -> Future.succeededFuture(Submitted.ACCEPTED);
    };
  }

  @Test
  void a_job_is_answered_by_its_id_and_place() {
    var answer =
        api.post(
            JOBS, "{\"type\":\"mail\",\"tenant\":\"acme\",\"priority\":\"high\",\"delay\":\"1h\"}");

    var job = api.submitted().getLast();
    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.headers().firstValue("location")).contains(JOBS + "/" + job.id());
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    assertThat(answer.headers().firstValue("cache-control")).contains("no-store");
    assertThat(answer.headers().firstValue("x-content-type-options")).contains("nosniff");
    assertThat(answer.headers().firstValue("server")).isEmpty();
    var body = new JsonObject(answer.body());
    assertThat(body.fieldNames())
        .containsExactly("id", "state", "tenant", "type", "priority", "created_at", "run_at");
    assertThat(body.getString("id")).isEqualTo(job.id().toString());
    assertThat(body.getString("state")).isEqualTo("SCHEDULED");
    assertThat(body.getString("tenant")).isEqualTo("acme");
    assertThat(body.getString("type")).isEqualTo("mail");
    assertThat(body.getString("priority")).isEqualTo("high");
    assertThat(body.getInstant("created_at")).isBefore(body.getInstant("run_at"));
  }

  @Test
  void the_trace_of_the_request_becomes_the_trace_of_the_job() {
    var header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    var _ =
        api.send(
            api.request(JOBS, JOB)
                .header("content-type", "application/json")
                .header("traceparent", header)
                .build());

    assertThat(api.submitted().getLast().trace()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json;charset=utf-8",
        "Application/JSON; charset=UTF-8",
        "application/json; charset=\"utf-8\"; v=1"
      })
  void json_in_utf8_is_accepted_however_it_is_spelled(String contentType) {
    var request = api.request(JOBS, JOB).header("content-type", contentType).build();

    assertThat(api.send(request).statusCode()).isEqualTo(201);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16",
        "application/json; charset=iso-8859-1",
        "application/x-ndjson",
        ""
      })
  void any_other_content_type_is_refused(String contentType) {
    int before = api.submitted().size();

    var answer = api.send(api.request(JOBS, JOB).header("content-type", contentType).build());

    assertProblem(answer, 415, "unsupported_media_type");
    assertProblem(api.send(api.request(JOBS, JOB).build()), 415, "unsupported_media_type");
    assertThat(api.submitted()).hasSize(before);
  }

  @Test
  void a_compressed_body_is_refused() {
    var request =
        api.request(JOBS, JOB)
            .header("content-type", "application/json")
            .header("content-encoding", "gzip");

    assertProblem(api.send(request.build()), 415, "unsupported_encoding");
  }

  @Test
  void a_parameter_in_the_query_is_refused() {
    assertProblem(api.post(JOBS + "?tenant=acme", JOB), 400, "unknown_parameter");
  }

  @Test
  void a_body_of_the_greatest_length_is_read_and_a_longer_one_refused() {
    int around = "{\"type\":\"noop\",\"payload\":\"\"}".length();
    var longest = "x".repeat(ApiWithoutServers.MAX_BODY - around);
    var fits = "{\"type\":\"noop\",\"payload\":\"" + longest + "\"}";
    int before = api.submitted().size();

    assertThat(api.post(JOBS, fits).statusCode()).isEqualTo(201);
    assertProblem(api.post(JOBS, fits + " "), 413, "too_large");
    assertThat(api.submitted()).hasSize(before + 1);
  }

  @Test
  void a_body_of_unknown_length_is_refused_as_soon_as_it_is_too_long() {
    byte[] piece = "x".repeat(10_000).getBytes(StandardCharsets.UTF_8);
    var endless = BodyPublishers.ofByteArrays(Collections.nCopies(100, piece));

    var request =
        api.request(JOBS).POST(endless).header("content-type", "application/json").build();

    assertProblem(api.send(request), 413, "too_large");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                                         | 400 | empty_body
          {"type":                                   | 400 | invalid_json
          {"type":"noop"} {}                         | 400 | invalid_json
          {"type":"noop","payload":"\\u0000"}        | 422 | nul_character
          {"type":"noop","type":"noop"}              | 422 | duplicate_key
          {"type":"noop","retries":3}                | 422 | unknown_field
          {"type":"noop","tenant":"nobody"}          | 422 | unknown_tenant
          """)
  void what_is_wrong_is_answered_by_a_problem_and_nothing_is_written(
      String body, int status, String code) {
    int before = api.submitted().size();

    assertProblem(api.post(JOBS, body), status, code);
    assertThat(api.submitted()).hasSize(before);
  }

  @Test
  void an_unknown_tenant_is_told_together_with_all_else() {
    var answer = api.post(JOBS, "{\"tenant\":\"nobody\",\"priority\":1}");

    assertProblem(answer, 422, "validation_failed");
    assertThat(new JsonObject(answer.body()).getJsonArray("errors").encode())
        .contains("\"/priority\"", "\"/type\"", "\"/tenant\"");
  }

  @Test
  void a_database_that_does_not_answer_means_try_later() {
    var answer = api.post(JOBS, "{\"type\":\"unavailable\"}");

    assertProblem(answer, 503, "unavailable");
    assertThat(answer.headers().firstValue("retry-after")).contains("1");
  }

  @ParameterizedTest
  @CsvSource({"bad,422,refused_data", "rejected,500,internal", "bug,500,internal"})
  void a_failure_does_not_tell_of_our_insides(String type, int status, String code) {
    var answer = api.post(JOBS, "{\"type\":\"" + type + "\"}");

    assertProblem(answer, status, code);
    assertThat(answer.body()).doesNotContain("secret", "42P01", "22021", "Exception");
  }

  @Test
  void requests_sent_without_waiting_are_answered_in_order() throws IOException {
    var requests = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      var body = "{\"type\":\"pipelined-" + i + "\"}";
      requests
          .append("POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n")
          .append("Content-Length: " + body.length() + "\r\n\r\n" + body);
    }
    requests.append("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n");

    var answers = exchange(requests.toString(), "live\"}");

    int from = 0;
    for (int i = 0; i < 50; i++) {
      int found = answers.indexOf("\"pipelined-" + i + "\"", from);
      assertThat(found).as("answer %d", i).isGreaterThan(from);
      from = found;
    }
  }

  @Test
  void a_client_that_asks_first_is_told_to_go_on_or_not() throws IOException {
    var head =
        """
        POST /api/v1/jobs HTTP/1.1\r
        Host: x\r
        Content-Type: application/json\r
        Expect: 100-continue\r
        Content-Length: %d\r
        \r
        """;

    assertThat(exchange(head.formatted(15), "\r\n\r\n")).startsWith("HTTP/1.1 100 Continue");
    assertThat(exchange(head.formatted(1_000_000), "too_large")).startsWith("HTTP/1.1 413 ");
  }

  @ParameterizedTest
  @CsvSource({
    "PUT,/api/v1/jobs,'POST, GET, HEAD'",
    "GET,/api/v1/jobs/batch/,POST",
    "PUT,/api/v1/jobs/0197a3f0-0000-7000-8000-000000000000,'DELETE, GET, HEAD'",
    "POST,/api/v1/jobs/0197a3f0-0000-7000-8000-000000000000/events,GET",
    "POST,/health/live,'GET, HEAD'",
    "PATCH,/api/v1/tenants/acme,'GET, HEAD, PUT, DELETE'"
  })
  void another_method_is_refused_with_those_there_are(String method, String path, String allow) {
    var answer = api.send(api.request(path).method(method, BodyPublishers.noBody()).build());

    assertProblem(answer, 405, "method_not_allowed");
    assertThat(answer.headers().firstValue("allow")).contains(allow);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/api/v1", "/api/v1/job", "/api/v1/jobs/a/b/c", "/jobs", "/%2e%2e/x"})
  void there_is_nothing_elsewhere(String path) {
    assertProblem(api.send(api.request(path).build()), 404, "not_found");
  }

  @ParameterizedTest
  @CsvSource({"not-an-id", "0197a3f0", "0197a3f0-0000-7000-8000-00000000000g", "1-1-1-1-1"})
  void what_is_no_uuid_is_no_id(String id) {
    assertProblem(api.send(api.request(JOBS + "/" + id).build()), 400, "invalid_id");
  }

  @Test
  void a_head_that_is_no_http_or_too_long_is_refused() throws IOException {
    assertThat(exchange("NONSENSE\r\n\r\n", "}")).startsWith("HTTP/1.0 400 ");
    assertThat(exchange("GET /" + "a".repeat(10_000) + " HTTP/1.1\r\n\r\n", "}"))
        .startsWith("HTTP/1.0 414 ");
    assertThat(exchange("GET / HTTP/1.1\r\nA: " + "a".repeat(20_000) + "\r\n\r\n", "}"))
        .startsWith("HTTP/1.1 431 ");
  }

  /** What comes back until it ends with that. */
  private String exchange(String request, String end) throws IOException {
    try (Socket socket = api.connect()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      var answer = new StringBuilder();
      byte[] piece = new byte[8192];
      int read = 0;
      while (read >= 0 && answer.indexOf(end) < 0) {
        read = socket.getInputStream().read(piece);
        answer.append(new String(piece, 0, Math.max(0, read), StandardCharsets.UTF_8));
      }
      return answer.toString();
    }
  }

  private static void assertProblem(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
    var problem = new JsonObject(answer.body());
    assertThat(problem.getString("code")).isEqualTo(code);
    assertThat(problem.getInteger("status")).isEqualTo(status);
    assertThat(problem.getString("type")).isEqualTo("urn:orchestrix:problem:" + code);
    assertThat(problem.getString("title")).isNotBlank();
    assertThat(problem.getString("detail")).isNotBlank();
  }
}
