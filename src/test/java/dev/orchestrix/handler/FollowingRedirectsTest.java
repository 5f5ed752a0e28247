package dev.orchestrix.handler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class FollowingRedirectsTest {
  private final HttpHandler http = new HttpHandler();
  private final TestServer server = new TestServer();
  private final TestServer other = new TestServer();

  @BeforeEach
  void allowLoopback() {
    http.permit(_ -> true);
    server.page("/end", 200, "end");
    other.page("/", 200, "other");
  }

  @AfterEach
  void stop() {
    server.close();
    other.close();
  }

  @ParameterizedTest
  @CsvSource({
    "301, GET, GET, true",
    "301, HEAD, HEAD, false",
    "301, POST, GET, false",
    "301, PUT, PUT, true",
    "302, GET, GET, true",
    "302, POST, GET, false",
    "302, DELETE, DELETE, true",
    "303, GET, GET, false",
    "303, HEAD, HEAD, false",
    "303, POST, GET, false",
    "303, PUT, GET, false",
    "307, POST, POST, true",
    "307, PUT, PUT, true",
    "308, POST, POST, true",
    "308, GET, GET, true",
  })
  void method_and_body_follow_the_rules(int status, String method, String next, boolean body)
      throws Exception {
    server.page("/start", status, "", "Location: /end");
    var call = call(method, server.url("/start"));
    if (!method.equals("HEAD")) {
      call.put("body", "text");
    }

    var result = run(call);

    assertThat(result).contains("\"status\":200");
    var last = server.requests().getLast();
    assertThat(last.method()).isEqualTo(next);
    assertThat(last.body()).isEqualTo(body ? "text" : "");
    assertThat(last.header("content-type")).hasSize(body ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({
    "/a/b/start, ../end, /a/end",
    "/a/b/start, end, /a/b/end",
    "/a/b/start, ?q=1, /a/b/start?q=1",
    "/a/b/start, /end?x#fragment, /end?x",
    "/a/b/start, ./../../end, /end",
  })
  void a_location_may_be_relative(String from, String location, String to) throws Exception {
    server.page(
        "/",
        exchange -> {
          boolean first = exchange.getRequestURI().toString().equals(from);
          if (first) {
            exchange.getResponseHeaders().add("Location", location);
          }
          exchange.sendResponseHeaders(first ? 302 : 200, -1);
        });

    assertThat(run(call("GET", server.url(from)))).contains("\"status\":200");
    assertThat(server.requests().getLast().path()).isEqualTo(to);
  }

  @Test
  void a_location_without_scheme_keeps_the_scheme() throws Exception {
    server.page("/start", 302, "", "Location: //127.0.0.1:" + other.port() + "/");

    assertThat(run(call("GET", server.url("/start")))).contains("other");
  }

  @Test
  void five_redirects_are_followed() throws Exception {
    chain(5);

    assertThat(run(call("GET", server.url("/0")))).contains("\"body\":\"end\"");
  }

  @Test
  void six_are_not() {
    chain(6);

    var failure = TestJob.of(call("GET", server.url("/0")).toString()).failIn(http);

    assertThat(failure).hasMessageContaining("redirected more than 5 times");
    assertThat(failure.isRetryable()).isFalse();
    assertThat(server.requests()).hasSize(6);
  }

  @Test
  void a_circle_ends() {
    server.page("/circle", 302, "", "Location: /circle");

    assertThat(TestJob.of(call("GET", server.url("/circle")).toString()).failIn(http).isRetryable())
        .isFalse();
    assertThat(server.requests()).hasSize(6);
  }

  @Test
  void the_same_origin_gets_every_header_again() throws Exception {
    server.page("/start", 307, "", "Location: " + server.url("/end"));

    var _ = run(withCredentials(call("POST", server.url("/start")).put("body", "text")));

    var last = server.requests().getLast();
    assertThat(last.header("authorization")).containsExactly("Bearer secret");
    assertThat(last.header("cookie")).containsExactly("session=secret");
    assertThat(last.header("x-api-key")).containsExactly("secret");
  }

  @Test
  void another_origin_gets_no_header_that_may_be_a_credential() throws Exception {
    server.page("/start", 307, "", "Location: " + other.url("/"));

    var _ = run(withCredentials(call("POST", server.url("/start")).put("body", "text")));

    var seen = other.onlyRequest();
    assertThat(seen.headers().toString()).doesNotContain("secret");
    assertThat(seen.header("accept")).containsExactly("text/html");
    assertThat(seen.header("user-agent")).containsExactly("orchestrix");
    assertThat(seen.header("traceparent")).hasSize(1);
    assertThat(seen.body()).isEqualTo("text");
  }

  @Test
  void what_was_dropped_does_not_come_back_with_the_first_origin() throws Exception {
    server.page("/start", 302, "", "Location: " + other.url("/back"));
    other.page("/back", 302, "", "Location: " + server.url("/end"));

    var _ = run(withCredentials(call("GET", server.url("/start"))));

    assertThat(server.requests().getLast().path()).isEqualTo("/end");
    assertThat(server.requests().getLast().headers().toString()).doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://127.0.0.1/",
        "http://user:pass@127.0.0.1/",
        "http://",
        "http:///etc",
        "http://127.0.0.1:0/",
        "mailto:a@b",
        "/a b",
        "http://[::1",
        "%zz",
      })
  void a_location_that_no_job_may_call_is_permanent(String location) {
    server.page("/start", 302, "", "Location: " + location);

    var failure = TestJob.of(call("GET", server.url("/start")).toString()).failIn(http);

    assertThat(failure).hasMessageContaining("redirected to a location that is refused");
    assertThat(failure.isRetryable()).isFalse();
  }

  @Test
  void a_location_that_is_too_long_is_refused_and_not_cut() {
    server.page("/start", 302, "", "Location: /" + "a".repeat(9000));

    assertThat(TestJob.of(call("GET", server.url("/start")).toString()).failIn(http))
        .hasMessageContaining("8192");
  }

  @Test
  void what_comes_after_a_redirect_is_judged_like_any_answer() {
    server.page("/start", 302, "", "Location: /gone");
    server.page("/gone", 404, "gone");

    assertThat(TestJob.of(call("GET", server.url("/start")).toString()).failIn(http))
        .hasMessage("GET " + server.url("/gone") + " was answered 404: gone");
  }

  private void chain(int redirects) {
    for (int i = 0; i < redirects; i++) {
      var next = i == redirects - 1 ? "/end" : "/" + (i + 1);
      server.page("/" + i, 302, "", "Location: " + next);
    }
  }

  private String run(ObjectNode call) throws Exception {
    return http.run(TestJob.of(call.toString()));
  }

  private static ObjectNode call(String method, String url) {
    return Json.object().put("method", method).put("url", url);
  }

  private static ObjectNode withCredentials(ObjectNode call) {
    call.putObject("headers")
        .put("Authorization", "Bearer secret")
        .put("COOKIE", "session=secret")
        .put("X-Api-Key", "secret")
        .put("Accept", "text/html");
    return call;
  }
}
