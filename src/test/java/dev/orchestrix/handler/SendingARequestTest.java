package dev.orchestrix.handler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.orchestrix.config.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SendingARequestTest {
  private final HttpHandler http = new HttpHandler();
  private final TestServer server = new TestServer();

  @BeforeEach
  void allowLoopback() {
    http.start(
        new Settings.Handlers(new Settings.HttpClient(true), new Settings.Shell(false, List.of())));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void the_answer_is_the_result() throws Exception {
    server.page("/a", 201, "grüezi", "Content-Type: text/plain; charset=utf-8", "X-Secret: 1");

    var result = run("GET", server.url("/a?b=c#d"), "");

    assertThat(result.get("status").intValue()).isEqualTo(201);
    assertThat(result.get("body").textValue()).isEqualTo("grüezi");
    assertThat(result.get("headers").get("content-type").textValue())
        .isEqualTo("text/plain; charset=utf-8");
    assertThat(result.get("headers").has("x-secret")).isFalse();
    assertThat(result.has("truncated")).isFalse();
    assertThat(server.onlyRequest().path()).isEqualTo("/a?b=c");
  }

  @Test
  void the_request_carries_the_trace_of_the_job_and_says_who_sends_it() throws Exception {
    server.page("/", 204, "");

    run("GET", server.url("/"), "");

    var request = server.onlyRequest();
    assertThat(request.header("traceparent"))
        .singleElement()
        .asString()
        .matches("00-" + TestJob.TRACE + "-[0-9a-f]{16}-01");
    assertThat(request.header("user-agent")).containsExactly("orchestrix");
    assertThat(request.headers().keySet())
        .extracting(name -> name.toLowerCase(Locale.ROOT))
        .containsOnly(
            "traceparent",
            "user-agent",
            "x-orchestrix-job",
            "x-orchestrix-attempt",
            "host",
            "connection");
  }

  @Test
  void the_request_says_which_job_and_attempt_sends_it_whatever_the_job_says() throws Exception {
    server.page("/", 204, "");

    run("GET", server.url("/"), ", \"headers\": {\"x-orchestrix-attempt\": \"99\"}");

    var request = server.onlyRequest();
    assertThat(request.header("x-orchestrix-job"))
        .singleElement()
        .asString()
        .matches("[0-9a-f-]{36}");
    assertThat(request.header("x-orchestrix-attempt")).containsExactly("1");
  }

  @Test
  void a_job_may_say_something_else() throws Exception {
    server.page("/", 204, "");

    run("GET", server.url("/"), ", \"headers\": {\"user-agent\": \"me\", \"Traceparent\": \"t\"}");

    assertThat(server.onlyRequest().header("user-agent")).containsExactly("me");
    assertThat(server.onlyRequest().header("traceparent")).containsExactly("t");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY", "get"})
  void every_method_is_sent_with_its_body(String method) throws Exception {
    server.page("/", 200, "ok");

    run(method, server.url("/"), ", \"body\": \"ä\", \"headers\": {\"Content-Type\": \"text/x\"}");

    var request = server.onlyRequest();
    assertThat(request.method()).isEqualTo(method.toUpperCase(Locale.ROOT));
    assertThat(request.body()).isEqualTo("ä");
    assertThat(request.header("content-type")).containsExactly("text/x");
  }

  @Test
  void a_body_that_is_json_is_sent_as_json() throws Exception {
    server.page("/", 200, "ok");

    run("POST", server.url("/"), ", \"body\": {\"a\": [1, 2.50, null, \"ü\"]}");

    assertThat(server.onlyRequest().body()).isEqualTo("{\"a\":[1,2.50,null,\"ü\"]}");
    assertThat(server.onlyRequest().header("content-type")).containsExactly("application/json");
  }

  @Test
  void an_answer_to_head_has_no_body() throws Exception {
    server.page("/", 200, "");

    assertThat(run("HEAD", server.url("/"), "").get("body").textValue()).isEmpty();
  }

  @Test
  void a_long_body_is_cut_at_128_kib_and_flagged() throws Exception {
    server.page("/", 200, "ü".repeat(100_000));

    var result = run("GET", server.url("/"), "");

    assertThat(result.get("body").textValue()).isEqualTo("ü".repeat(65_536));
    assertThat(result.get("truncated").booleanValue()).isTrue();
  }

  @Test
  void a_body_of_exactly_128_kib_is_whole() throws Exception {
    server.page("/", 200, "x".repeat(131_072));

    var result = run("GET", server.url("/"), "");

    assertThat(result.get("body").textValue()).hasSize(131_072);
    assertThat(result.has("truncated")).isFalse();
  }

  @Test
  void a_body_without_end_is_cut_and_the_connection_is_closed() throws Exception {
    var head = "HTTP/1.1 200 OK\r\n\r\n";
    try (var endless = new RawServer(RawServer.repeating(head, "x".repeat(10_000)))) {

      var result = run("GET", endless.url(), "");

      assertThat(result.get("truncated").booleanValue()).isTrue();
      assertThat(endless.ended()).succeedsWithin(Duration.ofSeconds(20));
    }
  }

  @Test
  void a_body_of_control_characters_still_fits_into_a_result() throws Exception {
    server.page("/", 200, "\u0001".repeat(131_072));

    var result = http.run(TestJob.of(payload("GET", server.url("/"), "")));

    assertThat(result.getBytes(UTF_8)).hasSizeLessThan(256 * 1024);
    assertThat(Json.read(result).get("truncated").booleanValue()).isTrue();
  }

  @Test
  void headers_of_control_characters_do_too() throws Exception {
    var odd = ": " + "\u0001".repeat(9000) + "\r\n";
    var head = String.join(odd, "HTTP/1.1 201 Created\r\nLocation", "ETag", "Link", "Date", "");
    try (var server = new RawServer(RawServer.saying(head + "\r\n" + "\u0001".repeat(131_072)))) {

      var result = http.run(TestJob.of(payload("GET", server.url(), "")));

      assertThat(result.getBytes(UTF_8)).hasSizeLessThan(256 * 1024);
    }
  }

  @Test
  void a_body_that_is_no_text_comes_in_base64() throws Exception {
    server.page(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 3);
          exchange.getResponseBody().write(new byte[] {(byte) 0x89, (byte) 0xff, 0});
        });

    var result = run("GET", server.url("/"), "");

    assertThat(result.get("body_base64").binaryValue()).containsExactly(0x89, 0xff, 0);
    assertThat(result.has("body")).isFalse();
  }

  @Test
  void a_body_is_read_in_the_charset_it_names() throws Exception {
    server.page(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "text/plain; Charset=\"ISO-8859-1\"");
          exchange.sendResponseHeaders(200, 1);
          exchange.getResponseBody().write(0xfc);
        });

    assertThat(run("GET", server.url("/"), "").get("body").textValue()).isEqualTo("ü");
  }

  @Test
  void a_charset_that_nobody_knows_is_taken_for_utf_8() throws Exception {
    server.page("/", 200, "ü", "Content-Type: text/plain; charset=klingon");

    assertThat(run("GET", server.url("/"), "").get("body").textValue()).isEqualTo("ü");
  }

  @Test
  void a_compressed_answer_is_not_unpacked() throws Exception {
    server.page("/", 200, "not gzip at all", "Content-Encoding: gzip");

    assertThat(run("GET", server.url("/"), "").get("body").textValue())
        .isEqualTo("not gzip at all");
  }

  @Test
  void no_cookie_is_remembered() throws Exception {
    server.page("/", 200, "ok", "Set-Cookie: tenant=one");

    run("GET", server.url("/"), "");
    run("GET", server.url("/"), "");

    assertThat(server.requests()).hasSize(2).allMatch(seen -> seen.header("cookie").isEmpty());
  }

  @Test
  void an_address_of_ipv6_is_fine() throws Exception {
    try (var six = new TestServer("::1", 0)) {
      six.page("/", 200, "six");

      var result = run("GET", "http://[::1]:" + six.port() + "/", "");

      assertThat(result.get("body").textValue()).isEqualTo("six");
      assertThat(six.onlyRequest().header("host")).containsExactly("[::1]:" + six.port());
    }
  }

  @CanIgnoreReturnValue
  private JsonNode run(String method, String url, String more) throws Exception {
    return Json.read(http.run(TestJob.of(payload(method, url, more))));
  }

  private static String payload(String method, String url, String more) {
    return "{\"method\": \"" + method + "\", \"url\": \"" + url + "\"" + more + "}";
  }
}
