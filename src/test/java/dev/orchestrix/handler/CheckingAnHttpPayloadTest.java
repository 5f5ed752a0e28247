package dev.orchestrix.handler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.job.ErrorCategory;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing here resolves a name or opens a connection: the lookup would fail the test. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CheckingAnHttpPayloadTest {
  private final HttpHandler http =
      new HttpHandler(
          host -> {
            throw new AssertionError("looked up " + host);
          });

  @Test
  void every_problem_is_named_at_once() {
    var failure =
        TestJob.of(
                """
                {"method": "GET POST", "url": "ftp://example.org/", "header": {}, "timeout": 1,
                 "headers": {"X-A": 1, "X-B": "a\\r\\nX-C: c"}}
                """)
            .failIn(http);

    assertThat(failure.category()).isEqualTo(ErrorCategory.REJECTED);
    assertThat(failure)
        .hasMessageContaining("method: expected GET")
        .hasMessageContaining("url: expected http")
        .hasMessageContaining("header: unknown field")
        .hasMessageContaining("timeout: unknown field")
        .hasMessageContaining("headers.X-A: expected a string")
        .hasMessageContaining("headers.X-B: expected")
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"url": "http://example.org/"}                              | method: is required
          {"method": "GET"}                                           | url: is required
          {"method": 1, "url": "http://example.org/"}                 | method: expected a string
          {"method": "", "url": "http://example.org/"}                | method: expected GET
          {"method": "CONNECT", "url": "http://example.org/"}         | method: expected GET
          {"method": "trace", "url": "http://example.org/"}           | method: expected GET
          {"method": "GET / HTTP/1.1", "url": "http://example.org/"}  | method: expected GET
          {"method": "GET\\r\\nX: y", "url": "http://example.org/"}   | method: expected GET
          {"method": "GET", "url": "http://e.org/", "headers": []}    | headers: expected an object
          {"method": "GET", "url": "http://e.org/", "headers": "a:b"} | headers: expected an object
          []                                                          | must be a JSON object
          "GET"                                                       | must be a JSON object
          """)
  void a_bad_payload_is_refused_for_good(String payload, String reason) {
    var failure = TestJob.of(payload).failIn(http);

    assertThat(failure).hasMessageContaining(reason);
    assertThat(failure.isRetryable()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example.org",
        "//example.org/",
        "/path",
        "http:",
        "http:///path",
        "http://",
        "http:example.org",
        "mailto:a@example.org",
        "file:///etc/passwd",
        "gopher://example.org/",
        "ftp://example.org/",
        "jar:http://example.org/a!/b",
        "http://user:secret@example.org/",
        "http://user@example.org/",
        "http://example.org:0/",
        "http://example.org:65536/",
        "http://example.org:99999999999/",
        "http://example.org:http/",
        "http://example.org/a b",
        "http://example.org/\r\nX: y",
        "http://example.org/\0",
        "http://exa mple.org/",
        "http://exämple.org/",
        "http://[::1/",
        "http://[v1.x]/",
        "http://example.org\\@127.0.0.1/",
      })
  void only_an_absolute_http_url_without_user_is_taken(String url) {
    var failure = TestJob.of(payload(url, "{}")).failIn(http);

    assertThat(failure.isRetryable()).isFalse();
    assertThat(failure).hasMessageContaining("url: ").hasMessageNotContaining("secret");
  }

  @Test
  void a_url_of_more_than_8192_characters_is_refused() {
    var url = "http://example.org/" + "a".repeat(8192);

    assertThat(TestJob.of(payload(url, "{}")).failIn(http)).hasMessageContaining("8192");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"": "x"}                                      | is no header name
          {"X Y": "x"}                                   | is no header name
          {"X:Y": "x"}                                   | is no header name
          {"X\\r\\nHost": "x"}                           | is no header name
          {"X\\u0000": "x"}                              | is no header name
          {"Ünicode": "x"}                               | is no header name
          {"X": "a\\nb"}                                 | no line end
          {"X": "a\\rb"}                                 | no line end
          {"X": "a\\u0000b"}                             | no line end
          {"X": "a\\u007fb"}                             | no line end
          {"X": "a\\u560a\\u560dSet-Cookie: b"}          | no line end
          {"X": "ü"}                                     | no line end
          {"Host": "internal"}                           | cannot be set by a job
          {"HOST": "internal"}                           | cannot be set by a job
          {"Content-Length": "0"}                        | cannot be set by a job
          {"Transfer-Encoding": "chunked"}               | cannot be set by a job
          {"connection": "close"}                        | cannot be set by a job
          {"Upgrade": "websocket"}                       | cannot be set by a job
          {"Expect": "100-continue"}                     | cannot be set by a job
          {"Proxy-Authorization": "Basic x"}             | cannot be set by a job
          {"X": null}                                    | expected a string
          {"X": ["a"]}                                   | expected a string
          {"X-A": "1", "x-a": "2"}                       | is given twice
          """)
  void a_header_cannot_break_out_of_its_line_nor_frame_the_message(String headers, String reason) {
    var failure = TestJob.of(payload("http://example.org/", headers)).failIn(http);

    assertThat(failure).hasMessageContaining(reason).hasMessageNotContaining("\n");
    assertThat(failure.isRetryable()).isFalse();
  }

  @Test
  void a_thousand_problems_are_counted_and_not_listed() {
    var headers = new StringBuilder("{");
    for (int i = 0; i < 1000; i++) {
      headers.append("\"X").append(i).append("\": 1, ");
    }
    headers.append("\"Y\": 1}");

    var failure = TestJob.of(payload("http://example.org/", headers.toString())).failIn(http);

    assertThat(failure).hasMessageContaining("and 981 more");
    assertThat(String.valueOf(failure.getMessage())).hasSizeLessThan(2000);
  }

  private static String payload(String url, String headers) {
    var quoted = Json.object().put("url", url).get("url");
    return "{\"method\": \"GET\", \"url\": " + quoted + ", \"headers\": " + headers + "}";
  }
}
