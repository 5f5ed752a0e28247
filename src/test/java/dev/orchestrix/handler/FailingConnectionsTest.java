package dev.orchestrix.handler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.job.ErrorCategory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class FailingConnectionsTest {
  private final HttpHandler http = new HttpHandler();

  @BeforeEach
  void allowLoopback() {
    http.permit(_ -> true);
  }

  @Test
  void nobody_listening_is_tried_again() {
    var server = new TestServer();
    var url = server.url("/");
    server.close();

    assertTriedAgain("GET", url);
  }

  @Test
  void a_host_that_nobody_knows_is_tried_again() {
    var nowhere =
        new HttpHandler(
            host -> {
              throw new UnknownHostException(host);
            });

    var failure = TestJob.of(payload("GET", "http://nowhere.example/")).failIn(nowhere);

    assertThat(failure.isRetryable()).isTrue();
    assertThat(failure).hasMessageContaining("nowhere.example: unknown host");
  }

  @Test
  void a_host_without_any_address_is_tried_again() {
    var empty = new HttpHandler(_ -> new InetAddress[0]);

    assertThat(TestJob.of(payload("GET", "http://empty.example/")).failIn(empty).isRetryable())
        .isTrue();
  }

  @Test
  void a_server_that_speaks_no_tls_is_tried_again() throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      Thread.ofVirtual().start(() -> greet(server));

      assertTriedAgain("GET", "https://127.0.0.1:" + server.getLocalPort() + "/");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.9\r\n\r\n\r\n",
        "HTTP/1.1 abc\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfour",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n",
      })
  void an_answer_that_is_broken_is_tried_again(String answer) throws Exception {
    try (var raw = new RawServer(RawServer.saying(answer))) {
      assertTriedAgain("POST", raw.url());
    }
  }

  @Test
  void a_header_without_end_is_given_up() throws Exception {
    var head = "HTTP/1.1 200 OK\r\nX-Long: ";
    try (var raw = new RawServer(RawServer.repeating(head, "x".repeat(1000)))) {
      assertTriedAgain("POST", raw.url());
    }
  }

  @Test
  void headers_without_end_are_given_up() throws Exception {
    var head = "HTTP/1.1 200 OK\r\n";
    try (var raw = new RawServer(RawServer.repeating(head, "X-More: x\r\n"))) {
      assertTriedAgain("POST", raw.url());
    }
  }

  @Test
  void a_get_that_met_a_connection_being_closed_is_sent_once_more() throws Exception {
    var answer = RawServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    try (var raw = new RawServer(_ -> {}, answer)) {
      assertThat(http.run(TestJob.of(payload("GET", raw.url())))).contains("\"body\":\"ok\"");
    }
  }

  @Test
  void but_only_once() throws Exception {
    var answer = RawServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    try (var raw = new RawServer(_ -> {}, _ -> {}, answer)) {
      assertTriedAgain("GET", raw.url());
    }
  }

  @Test
  void a_post_is_not_because_the_server_may_have_acted() throws Exception {
    var answer = RawServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    try (var raw = new RawServer(_ -> {}, answer)) {
      assertTriedAgain("POST", raw.url());
    }
  }

  private static void greet(ServerSocket server) {
    try (var client = server.accept()) {
      RawServer.saying("220 mail.example ESMTP\r\n").answer(client);
      var _ = client.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void assertTriedAgain(String method, String url) {
    var failure = TestJob.of(payload(method, url)).failIn(http);

    assertThat(failure.isRetryable()).isTrue();
    assertThat(failure.category()).isEqualTo(ErrorCategory.HANDLER_ERROR);
    assertThat(failure).hasMessageContaining(method + " " + url + " failed");
  }

  private static String payload(String method, String url) {
    return "{\"method\": \"" + method + "\", \"url\": \"" + url + "\"}";
  }
}
