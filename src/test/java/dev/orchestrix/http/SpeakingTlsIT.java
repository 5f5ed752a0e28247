package dev.orchestrix.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrix.config.Settings;
import dev.orchestrix.submit.Submitted;
import dev.orchestrix.testkit.Certificate;
import dev.orchestrix.testkit.Lab;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
@SuppressWarnings("NullAway.Init")
class SpeakingTlsIT {
  @TempDir private Path folder;

  private final Vertx vertx = Vertx.vertx();
  private Certificate first;
  private Certificate second;

  @BeforeEach
  void make() {
    first = Certificate.make(folder, "first");
    second = Certificate.make(folder, "second");
    first.write(folder, "server");
  }

  @AfterEach
  void close() {
    var _ = vertx.close().await();
  }

  @Test
  void jobs_are_submitted_by_https_alone() throws Exception {
    try (var api =
        new ApiWithoutServers(
            _ -> Future.succeededFuture(Submitted.ACCEPTED), Optional.of(tls(null)))) {
      var answer = post(first, "https", api.port());

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
      assertThat(answer.headers().firstValue("strict-transport-security")).isPresent();
      assertThat(answer.headers().firstValue("content-security-policy"))
          .hasValueSatisfying(policy -> assertThat(policy).contains("default-src 'none'"));
      assertThatThrownBy(() -> post(first, "http", api.port())).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> post(second, "https", api.port()))
          .isInstanceOf(SSLHandshakeException.class);
      assertThat(api.submitted()).hasSize(1);
    }
  }

  @Test
  void a_new_certificate_is_shown_without_a_restart_and_a_broken_one_is_not() throws Exception {
    int port = serve(tls(null)).actualPort();
    assertThat(get(first, first, port)).isEqualTo(200);

    Files.writeString(folder.resolve("server.pem"), "no certificate");
    second.write(folder, "other");
    assertThat(get(first, first, port)).isEqualTo(200);
    second.write(folder, "server");

    Lab.until("the second is shown", () -> shows(second, port));
    assertThat(shows(first, port)).isFalse();
  }

  @Test
  void with_a_ca_for_clients_only_those_with_its_certificate_get_in() throws Exception {
    second.write(folder, "clients");

    int port = serve(tls(folder.resolve("clients.pem"))).actualPort();

    assertThat(get(first, second, port)).isEqualTo(200);
    assertThatThrownBy(() -> get(first, first, port)).isInstanceOf(IOException.class);
  }

  private Settings.Tls tls(@Nullable Path clientCa) {
    return new Settings.Tls(
        folder.resolve("server.pem"), folder.resolve("server.key"), Optional.ofNullable(clientCa));
  }

  private HttpServer serve(Settings.Tls tls) {
    var encryption = new Encryption(vertx, tls, Duration.ofMillis(20));
    var options = new HttpServerOptions().setHost("127.0.0.1").setPort(0);
    encryption.of(options);
    var server =
        vertx.createHttpServer(options).requestHandler(it -> it.response().end()).listen().await();
    encryption.follow(server);
    return server;
  }

  private boolean shows(Certificate certificate, int port) {
    try {
      return get(certificate, certificate, port) == 200;
    } catch (SSLException another) {
      return false;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static int get(Certificate trusted, Certificate own, int port)
      throws IOException, InterruptedException {
    try (var client = HttpClient.newBuilder().sslContext(trusted.trusted(own)).build()) {
      var request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port)).build();
      return client.send(request, BodyHandlers.discarding()).statusCode();
    }
  }

  private static HttpResponse<String> post(Certificate trusted, String scheme, int port)
      throws IOException, InterruptedException {
    try (var client = HttpClient.newBuilder().sslContext(trusted.trusted(trusted)).build()) {
      var request =
          HttpRequest.newBuilder(URI.create(scheme + "://127.0.0.1:" + port + "/api/v1/jobs"))
              .header("content-type", "application/json")
              .POST(BodyPublishers.ofString("{\"type\":\"noop\"}"))
              .build();
      return client.send(request, BodyHandlers.ofString());
    }
  }
}
