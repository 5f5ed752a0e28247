package dev.orchestrix.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Servers;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Keys and kinds of jobs as clients meet them. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RepeatingASubmissionOnANodeIT {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final String JOBS = "/api/v1/jobs";
  private static final String SLEEP =
      "{\"type\":\"sleep\",\"payload\":{\"duration\":\"1h\"},\"unique\":%s}";

  @SuppressWarnings("NullAway.Init")
  private static Node node;

  @BeforeAll
  static void start() {
    node =
        Node.start(
            Lab.settings(
                Servers.database(),
                Map.of("http.port", "0", "cluster.port", "0", "shutdown.grace", "0s")));
  }

  @AfterAll
  static void stop() {
    node.stop();
  }

  @Test
  void a_repetition_after_the_end_is_answered_with_the_job_and_its_result() throws Exception {
    var body = "{\"type\":\"sleep\",\"payload\":{\"duration\":\"1ms\"}}";
    var first = post("ended", body);
    assertThat(first.statusCode()).isEqualTo(201);
    var id = json(first).getString("id");
    var ended = json(send(request(JOBS + "/" + id + "?wait=60s").build()));

    var again = post("ended", " " + body);

    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.headers().firstValue("idempotent-replay")).contains("true");
    assertThat(again.headers().firstValue("location")).contains(JOBS + "/" + id);
    assertThat(json(again)).isEqualTo(ended);
    assertThat(json(again).getString("state")).isEqualTo("SUCCEEDED");
    assertThat(json(again).containsKey("result")).isTrue();
  }

  @Test
  void another_request_with_the_same_key_is_refused() throws Exception {
    var _ = post("mismatch", "{\"type\":\"noop\"}");

    var other = post("mismatch", "{\"type\":\"noop\",\"payload\":1}");

    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(json(other).getString("code")).isEqualTo("idempotency_mismatch");
  }

  @Test
  void a_hundred_at_once_get_the_same_job() {
    var answers =
        Stream.generate(
                () ->
                    CLIENT.sendAsync(
                        keyed("hundred", "{\"type\":\"noop\"}"), BodyHandlers.ofString()))
            .limit(100)
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .toList();

    assertThat(answers).filteredOn(answer -> answer.statusCode() == 201).hasSize(1);
    assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(99);
    assertThat(answers.stream().map(answer -> json(answer).getString("id")).distinct()).hasSize(1);
  }

  @Test
  void repetitions_within_a_batch_and_of_it_are_accepted_as_the_first_job() throws Exception {
    var item = "{\"type\":\"noop\",\"idempotency_key\":\"batch\"}";
    var other = "{\"type\":\"noop\",\"priority\":\"low\",\"idempotency_key\":\"batch\"}";

    var first = json(batch("[" + item + "," + item + "," + other + "]"));
    var again = json(batch("[" + item + "]"));

    assertThat(first.getInteger("accepted")).isEqualTo(2);
    assertThat(first.getJsonArray("ids").getString(0))
        .isEqualTo(first.getJsonArray("ids").getString(1));
    assertThat(first.getJsonArray("rejected").getJsonObject(0).getString("code"))
        .isEqualTo("idempotency_mismatch");
    assertThat(again.getJsonArray("ids").getString(0))
        .isEqualTo(first.getJsonArray("ids").getString(0));
  }

  @Test
  void a_batch_has_no_key_of_its_own() throws Exception {
    var answer =
        send(
            request(JOBS + "/batch")
                .header("content-type", "application/json")
                .header("idempotency-key", "k")
                .POST(BodyPublishers.ofString("[{\"type\":\"noop\"}]", UTF_8))
                .build());

    assertThat(answer.statusCode()).isEqualTo(422);
  }

  @Test
  void the_job_in_the_way_is_named_by_id_and_state() throws Exception {
    var rule = "{\"fields\":[\"type\"],\"states\":[\"SCHEDULED\"]}";
    var body = "{\"type\":\"rejected\",\"delay\":\"1h\",\"unique\":" + rule + "}";
    var first = json(post(null, body));

    var second = post(null, body);

    assertThat(second.statusCode()).isEqualTo(409);
    assertThat(json(second).getString("code")).isEqualTo("duplicate_job");
    assertThat(json(second).getString("job")).isEqualTo(first.getString("id"));
    assertThat(json(second).getString("state")).isEqualTo("SCHEDULED");
    var rejected = json(batch("[{\"type\":\"noop\"}," + body + "]")).getJsonArray("rejected");
    assertThat(rejected.getJsonObject(0).getString("job")).isEqualTo(first.getString("id"));
  }

  @Test
  void the_job_that_is_there_is_returned_if_asked_for() throws Exception {
    var first = post(null, SLEEP.formatted("{\"on_conflict\":\"return\"}"));

    var second = post(null, SLEEP.formatted("{\"on_conflict\":\"return\"}"));

    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(second.headers().firstValue("idempotent-replay")).isEmpty();
    assertThat(json(second).getString("id")).isEqualTo(json(first).getString("id"));
  }

  @Test
  void a_job_put_off_again_and_again_runs_once_with_what_came_last() throws Exception {
    var body =
        """
        {"type":"noop","payload":{"user":7,"n":%d},"delay":"%s",
         "unique":{"fields":["type","payload.user"],"on_conflict":"debounce"}}
        """;
    var first = json(post(null, body.formatted(1, "1h")));
    for (int i = 2; i < 10; i++) {
      var _ = post(null, body.formatted(i, "30s"));
    }

    var last = json(post(null, body.formatted(10, "100ms")));

    assertThat(last.getString("id")).isEqualTo(first.getString("id"));
    var ended = json(send(request(JOBS + "/" + last.getString("id") + "?wait=20s").build()));
    assertThat(ended.getString("state")).isEqualTo("SUCCEEDED");
    assertThat(ended.getInteger("attempt")).isEqualTo(1);
    assertThat(ended.getJsonObject("payload").getInteger("n")).isEqualTo(10);
  }

  private static HttpResponse<String> post(@Nullable String key, String body) throws Exception {
    return send(keyed(key, body));
  }

  private static HttpRequest keyed(@Nullable String key, String body) {
    var request =
        request(JOBS)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body, UTF_8));
    return key == null ? request.build() : request.header("Idempotency-Key", key).build();
  }

  private static HttpResponse<String> batch(String body) throws Exception {
    return send(
        request(JOBS + "/batch")
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body, UTF_8))
            .build());
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path));
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    return CLIENT.send(request, BodyHandlers.ofString());
  }

  private static JsonObject json(HttpResponse<String> answer) {
    return new JsonObject(answer.body());
  }
}
