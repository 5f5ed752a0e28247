package dev.orchestrix.handler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.job.ErrorCategory;
import dev.orchestrix.execute.HandlerException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class JudgingAnAnswerTest {
  private final HttpHandler http = new HttpHandler();
  private final TestServer server = new TestServer();

  @BeforeEach
  void allowLoopback() {
    http.permit(_ -> true);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 203, 206, 299})
  void two_hundreds_succeed(int status) throws Exception {
    server.page("/", status, "fine");

    assertThat(http.run(job())).contains("\"status\":" + status);
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 205})
  void no_content_succeeds_too(int status) throws Exception {
    server.page("/", status, "");

    assertThat(http.run(job())).contains("\"status\":" + status, "\"body\":\"\"");
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 501, 502, 503, 504, 505, 507, 520, 599})
  void these_are_tried_again_after_the_backoff_of_the_job(int status) {
    server.page("/", status, "not now");

    var failure = job().failIn(http);

    assertThat(failure.isRetryable()).isTrue();
    assertThat(failure.retryAfter()).isNull();
    assertThat(failure.category()).isEqualTo(ErrorCategory.HANDLER_ERROR);
    assertThat(failure).hasMessageContaining("answered " + status + ": not now");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 402, 403, 404, 405, 406, 409, 410, 413, 418, 422, 425, 451, 499})
  void other_four_hundreds_are_permanent(int status) {
    server.page("/", status, "no");

    assertPermanent(job().failIn(http), status);
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 301, 302, 303, 304, 305, 306, 307, 308, 399})
  void three_hundreds_that_lead_nowhere_are_permanent(int status) {
    server.page("/", status, "");

    assertPermanent(job().failIn(http), status);
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 304, 305, 306, 399})
  void three_hundreds_that_are_no_redirects_are_permanent_even_with_a_location(int status) {
    server.page("/", status, "", "Location: /elsewhere");
    server.page("/elsewhere", 200, "");

    assertPermanent(job().failIn(http), status);
    assertThat(server.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void the_server_may_say_when_in_seconds(int status) {
    server.page("/", status, "", "Retry-After: 17");

    var failure = job().failIn(http);

    assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(17));
    assertThat(failure.isRetryable()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void the_server_may_say_when_as_a_date(int status) {
    var date = ZonedDateTime.now(ZoneOffset.UTC).plusMinutes(30);
    var header = DateTimeFormatter.RFC_1123_DATE_TIME.format(date);
    server.page("/", status, "", "Retry-After: " + header);

    assertThat(job().failIn(http).retryAfter())
        .isBetween(Duration.ofMinutes(25), Duration.ofMinutes(30));
  }

  @Test
  void it_is_not_believed_beyond_an_hour() {
    server.page("/", 503, "", "Retry-After: 86400");

    assertThat(job().failIn(http).retryAfter()).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void what_it_says_with_another_status_is_ignored() {
    server.page("/", 500, "", "Retry-After: 17");

    assertThat(job().failIn(http).retryAfter()).isNull();
  }

  @Test
  void a_wait_that_means_nothing_is_an_ordinary_retry() {
    server.page("/", 429, "", "Retry-After: later");

    var failure = job().failIn(http);

    assertThat(failure.isRetryable()).isTrue();
    assertThat(failure.retryAfter()).isNull();
  }

  @Test
  void the_message_quotes_one_short_line_and_hides_the_query() {
    server.page("/", 404, "a\n\u0007b\t" + "😀".repeat(500));

    var failure = TestJob.of(payload(server.url("/?token=secret"))).failIn(http);

    assertThat(failure)
        .hasMessage(
            "GET " + server.url("/") + " was answered 404: a b " + "😀".repeat(196) + "...");
  }

  @Test
  void an_interim_answer_is_not_the_answer() throws Exception {
    var early = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    var last = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    try (var raw = new RawServer(RawServer.saying(early + last))) {
      assertThat(http.run(TestJob.of(payload(raw.url())))).contains("\"status\":200");
    }
  }

  private static void assertPermanent(HandlerException failure, int status) {
    assertThat(failure.isRetryable()).isFalse();
    assertThat(failure.category()).isEqualTo(ErrorCategory.REJECTED);
    assertThat(failure).hasMessageContaining("answered " + status);
  }

  private TestJob job() {
    return TestJob.of(payload(server.url("/")));
  }

  private static String payload(String url) {
    return "{\"method\": \"GET\", \"url\": \"" + url + "\"}";
  }
}
