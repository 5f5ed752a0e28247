package dev.orchestrix.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.failure.EngineException;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.submit.Submitted;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
@TestInstance(Lifecycle.PER_CLASS)
class SubmittingABatchOverHttpIT {
  private static final String BATCH = "/api/v1/jobs/batch";
  private static final String ARRAY = "application/json";
  private static final String LINES = "application/x-ndjson";

  /** Answered in the opposite order of submission; used on the event loop alone. */
  private final List<Promise<Submitted>> open = new ArrayList<>();

  private volatile int most;
  private final AtomicInteger down = new AtomicInteger(Integer.MAX_VALUE);
  private final ApiWithoutServers api = new ApiWithoutServers(this::submit);

  @AfterAll
  void stop() {
    api.close();
  }

  private Future<Submitted> submit(NewJob job) {
    if (down.decrementAndGet() < 0 || job.type().equals("unavailable")) {
      return Future.failedFuture(new EngineException.Unavailable("write", null));
    }
    Promise<Submitted> answer = Promise.promise();
    open.add(answer);
    most = Math.max(most, open.size());
    if (open.size() == 1) {
      var context = requireNonNull(Vertx.currentContext());
      context.runOnContext(_ -> context.runOnContext(_ -> settle()));
    }
    return answer.future();
  }

  private void settle() {
    var answers = List.copyOf(open).reversed();
    open.clear();
    answers.forEach(answer -> answer.complete(Submitted.ACCEPTED));
  }

  @ParameterizedTest
  @CsvSource({ARRAY, LINES})
  void the_ids_of_what_was_accepted_come_in_the_order_of_the_items(String contentType) {
    var types = IntStream.range(0, 3_000).mapToObj(i -> "t" + i).toList();
    int before = api.submitted().size();

    var answer = post(contentType, batch(contentType, types));

    var submitted = api.submitted().subList(before, before + 3_000);
    assertThat(answer.statusCode()).isEqualTo(201);
    var body = new JsonObject(answer.body());
    assertThat(body.getInteger("accepted")).isEqualTo(3_000);
    assertThat(body.getJsonArray("rejected")).isEmpty();
    assertThat(submitted).map(NewJob::type).containsExactlyElementsOf(types);
    assertThat(strings(body.getJsonArray("ids")))
        .containsExactlyElementsOf(submitted.stream().map(job -> job.id().toString()).toList());
  }

  @ParameterizedTest
  @CsvSource({ARRAY, LINES})
  void an_item_that_is_wrong_is_rejected_by_its_index_and_the_others_are_not(String contentType) {
    var items =
        List.of(
            "{\"type\":\"a\"}",
            "{\"type\":\"two words\",\"x\":1}",
            "{\"type\" \"b\"}",
            "{\"type\":\"c\",\"tenant\":\"nobody\"}",
            "{\"type\":\"d\",\"payload\":\"" + "x".repeat(ApiWithoutServers.MAX_BODY) + "\"}",
            "17",
            "{\"type\":\"unavailable\"}",
            "{\"type\":\"z\"}");

    var answer = post(contentType, joined(contentType, items));

    assertThat(answer.statusCode()).isEqualTo(201);
    var body = new JsonObject(answer.body());
    assertThat(body.getInteger("accepted")).isEqualTo(2);
    assertThat(body.getJsonArray("ids")).hasSize(2);
    assertThat(body.getJsonArray("rejected").stream().map(JsonObject.class::cast))
        .map(one -> one.getInteger("index") + " " + one.getString("code"))
        .containsExactly(
            "1 validation_failed",
            "2 invalid_json",
            "3 unknown_tenant",
            "4 too_large",
            "5 wrong_type",
            "6 unavailable");
    assertThat(body.getJsonArray("rejected").getJsonObject(0).getJsonArray("errors")).hasSize(2);
  }

  @Test
  void a_batch_longer_than_memory_should_hold_is_read_no_faster_than_it_is_written() {
    var line = "{\"type\":\"long\",\"payload\":\"" + "x".repeat(100) + "\"}\n";
    most = 0;

    var answer = stream(LINES, Collections.nCopies(50_000, line));

    var body = new JsonObject(answer.body());
    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(body.getInteger("accepted")).isEqualTo(50_000);
    assertThat(body.getJsonArray("ids").stream().distinct()).hasSize(50_000);
    assertThat(most).as("jobs unanswered at once").isLessThan(5_000);
  }

  @Test
  void an_array_that_breaks_off_keeps_what_was_accepted_before() {
    int before = api.submitted().size();

    var answer =
        post(ARRAY, "[{\"type\":\"a\"},{\"type\":\"\"},{\"type\":\"b\"},,{\"type\":\"c\"}]");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
    var body = new JsonObject(answer.body());
    assertThat(body.getString("code")).isEqualTo("invalid_batch");
    assertThat(body.getString("detail")).startsWith("expected a job at byte 39");
    assertThat(body.getInteger("accepted")).isEqualTo(2);
    assertThat(body.getJsonArray("rejected").getJsonObject(0).getInteger("index")).isEqualTo(1);
    assertThat(strings(body.getJsonArray("ids")))
        .containsExactlyElementsOf(
            api.submitted().stream().skip(before).map(job -> job.id().toString()).toList());
    assertThat(api.submitted()).hasSize(before + 2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          application/json     | ``                          | 400 | empty_body
          application/json     | {"type":"a"}                | 400 | invalid_batch
          application/json     | [{"type":"a"}               | 400 | invalid_batch
          application/json     | []                          | 422 | nothing_accepted
          application/json     | [{},{}]                     | 422 | nothing_accepted
          application/json     | [{"type":"unavailable"}]    | 503 | unavailable
          application/x-ndjson | ``                          | 422 | nothing_accepted
          application/x-ndjson | {"type":""}                 | 422 | nothing_accepted
          application/x-ndjson | {"type":"unavailable"}      | 503 | unavailable
          text/plain           | {"type":"a"}                | 415 | unsupported_media_type
          """)
  void a_batch_of_which_nothing_is_accepted_is_a_problem(
      String contentType, String batch, int status, String code) {
    var answer = post(contentType, batch);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo(code);
    assertThat(answer.headers().firstValue("retry-after").isPresent()).isEqualTo(status == 503);
  }

  @Test
  void a_database_that_goes_away_in_the_middle_loses_no_answer() {
    down.set(1_000);

    var answer = stream(LINES, Collections.nCopies(20_000, "{\"type\":\"a\"}\n"));
    down.set(Integer.MAX_VALUE);

    var body = new JsonObject(answer.body());
    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(body.getInteger("accepted")).isEqualTo(1_000);
    assertThat(body.getJsonArray("rejected")).hasSize(19_000);
    assertThat(body.getJsonArray("rejected").getJsonObject(18_999))
        .isEqualTo(
            new JsonObject()
                .put("index", 19_999)
                .put("code", "unavailable")
                .put("detail", ProblemCode.UNAVAILABLE.title()));
  }

  @Test
  void an_upload_that_is_aborted_keeps_what_came_before() throws Exception {
    int before = api.submitted().size();
    try (var socket = api.connect()) {
      var out = socket.getOutputStream();
      out.write(
          Documents.bytes(
              """
              POST /api/v1/jobs/batch HTTP/1.1\r
              Host: x\r
              Content-Type: application/json\r
              Transfer-Encoding: chunked\r
              \r
              1c\r
              [{"type":"a"},{"type":"b"},{\r
              """));
      while (api.submitted().size() < before + 2) {
        Thread.onSpinWait();
      }
    }

    assertThat(post(ARRAY, "[{\"type\":\"after\"}]").statusCode()).isEqualTo(201);
    assertThat(api.submitted().stream().skip(before).map(NewJob::type))
        .containsExactly("a", "b", "after");
  }

  private HttpResponse<String> post(String contentType, String body) {
    return api.send(api.request(BATCH, body).header("content-type", contentType).build());
  }

  /** Sends a body of unknown length that is made while it is sent. */
  private HttpResponse<String> stream(String contentType, List<String> pieces) {
    var body =
        BodyPublishers.ofInputStream(
            () ->
                new SequenceInputStream(
                    Collections.enumeration(
                        pieces.stream()
                            .map(
                                piece ->
                                    (InputStream) new ByteArrayInputStream(Documents.bytes(piece)))
                            .toList())));
    return api.send(api.request(BATCH).POST(body).header("content-type", contentType).build());
  }

  private static String batch(String contentType, List<String> types) {
    return joined(contentType, types.stream().map(type -> "{\"type\":\"" + type + "\"}").toList());
  }

  private static String joined(String contentType, List<String> items) {
    return contentType.equals(ARRAY)
        ? "[" + String.join(",", items) + "]"
        : String.join("\n", items);
  }

  private static List<String> strings(JsonArray array) {
    return array.stream().map(String.class::cast).toList();
  }
}
