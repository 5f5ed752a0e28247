package dev.orchestrix.http;

import static dev.orchestrix.testkit.Lab.until;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.RSAKey;
import dev.orchestrix.node.Node;
import dev.orchestrix.testkit.Issuer;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Locked;
import dev.orchestrix.testkit.Servers;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that go on for long, by somebody whose key or token does not. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(30)
@SuppressWarnings("NullAway.Init")
class EndingCallsWithTheirKeysIT {
  private static final RSAKey ISSUED = Issuer.rsa("issued");
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final String LAST = "event: unauthenticated";

  private static Issuer issuer;
  private static Node node;
  private static Locked api;

  @BeforeAll
  static void start() {
    issuer = new Issuer(ISSUED.toPublicJWK());
    var flags =
        Map.of(
            "http.port",
            "0",
            "auth.mode",
            "jwt",
            "admin_key",
            Locked.ADMIN,
            "jwt.issuer",
            Issuer.NAME,
            "jwt.audience",
            Issuer.AUDIENCE,
            "jwt.jwks_url",
            issuer.url(),
            "jwt.clock_skew",
            "0s");
    node = Node.start(Lab.settings(Servers.database(), flags));
    api = new Locked(node.httpPort());
    assertThat(api.admin("PUT", "/api/v1/tenants/acme", "{}").status()).isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    node.stop();
    issuer.close();
  }

  @Test
  void streams_end_when_their_key_is_revoked_and_others_go_on() {
    var revoked = key();
    var job = api.waiting("acme");
    var ofTenant = follow(revoked.getString("key"), "/api/v1/events");
    var ofJob = follow(revoked.getString("key"), "/api/v1/jobs/" + job + "/events");
    var others = follow(api.key("acme", "viewer"), "/api/v1/events");

    revoke(revoked);

    assertThat(said(ofTenant)).contains(LAST);
    assertThat(said(ofJob)).contains("\"state\":\"SCHEDULED\"", LAST);
    var next = api.waiting("acme");
    assertThat(lineWith(others, next)).doesNotContain(LAST);
  }

  @Test
  void a_stream_ends_with_the_time_of_its_key() {
    var key = key();
    var stream = follow(key.getString("key"), "/api/v1/events");
    var end = Instant.now().plusSeconds(1);

    var rotate = "/api/v1/keys/" + key.getString("id") + "/rotate";
    assertThat(api.admin("POST", rotate, "{\"grace\":\"1s\"}").status()).isEqualTo(201);

    assertThat(said(stream)).contains(LAST);
    assertThat(Instant.now()).isAfterOrEqualTo(end);
  }

  @Test
  void a_stream_ends_with_the_time_of_its_token() {
    var end = Instant.ofEpochSecond(Instant.now().getEpochSecond() + 4);
    var claims = Issuer.claims("acme", "viewer").expirationTime(Date.from(end));

    var stream = follow(Issuer.token(ISSUED, claims), "/api/v1/events");

    assertThat(said(stream)).contains(LAST);
    assertThat(Instant.now()).isAfterOrEqualTo(end);
  }

  @Test
  void who_waits_for_a_job_is_not_told_of_it_after_their_key_was_revoked() {
    var key = key();
    var job = api.waiting("acme");
    var request = request(key.getString("key"), "/api/v1/jobs/" + job + "?wait=60s");
    var answer = CLIENT.sendAsync(request, BodyHandlers.ofString());
    until("it was let in", () -> usedAt(key) != null);

    revoke(key);
    assertThat(api.admin("POST", "/api/v1/jobs/" + job + "/cancel", null).status()).isEqualTo(200);

    assertThat(answer.join().statusCode()).isEqualTo(401);
    assertThat(answer.join().headers().firstValue("www-authenticate")).isPresent();
    assertThat(answer.join().body()).doesNotContain(job);
  }

  private static JsonObject key() {
    var wanted = "{\"tenant\":\"acme\",\"role\":\"viewer\",\"name\":\"t\"}";
    var made = api.admin("POST", "/api/v1/keys", wanted);
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return made.json();
  }

  private static void revoke(JsonObject key) {
    var answer = api.admin("DELETE", "/api/v1/keys/" + key.getString("id"), null);
    assertThat(answer.status()).as(answer.body()).isLessThan(300);
  }

  private static @Nullable String usedAt(JsonObject key) {
    return api.admin("GET", "/api/v1/keys?tenant=acme", null).json().getJsonArray("items").stream()
        .map(JsonObject.class::cast)
        .filter(one -> one.getString("id").equals(key.getString("id")))
        .findFirst()
        .orElseThrow()
        .getString("last_used_at");
  }

  private static HttpRequest request(String key, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path))
        .header("authorization", "Bearer " + key)
        .build();
  }

  /** What a stream says; returns once it has begun. */
  private static BufferedReader follow(String key, String path) {
    try {
      var answer = CLIENT.send(request(key, path), BodyHandlers.ofInputStream());
      assertThat(answer.statusCode()).isEqualTo(200);
      InputStream body = answer.body();
      return new BufferedReader(new InputStreamReader(body, UTF_8));
    } catch (IOException e) {
      throw new AssertionError(path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** All that a stream says until it ends. */
  private static String said(BufferedReader stream) {
    return stream.lines().collect(Collectors.joining("\n"));
  }

  private static String lineWith(BufferedReader stream, String text) {
    return stream.lines().filter(line -> line.contains(text)).findFirst().orElseThrow();
  }
}
