package dev.orchestrix.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import dev.orchestrix.node.Node;
import dev.orchestrix.testkit.Issuer;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Locked;
import dev.orchestrix.testkit.Servers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A node that lets in whom an issuer knows, who changes keys and goes away. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init")
class ComingInWithATokenIT {
  private static final RSAKey FIRST = Issuer.rsa("first");
  private static final ECKey SECOND = Issuer.ec("second");
  private static final RSAKey NEVER = Issuer.rsa("never");
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static Issuer issuer;
  private static Node node;
  private static Locked api;

  @BeforeAll
  static void start() {
    issuer = new Issuer(FIRST.toPublicJWK());
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
            "jwt.refresh",
            "1h");
    node = Node.start(Lab.settings(Servers.database(), flags));
    api = new Locked(node.httpPort());
    for (var tenant : new String[] {"acme", "other"}) {
      assertThat(api.admin("PUT", "/api/v1/tenants/" + tenant, "{}").status()).isEqualTo(200);
    }
  }

  @AfterAll
  static void stop() {
    node.stop();
    issuer.close();
  }

  @Test
  @Order(1)
  void a_token_opens_its_tenant_and_nothing_of_another() {
    var submitter = Issuer.token(FIRST, Issuer.claims("acme", "submitter"));
    var viewer = Issuer.token(FIRST, Issuer.claims("other", "viewer"));

    var made = api.ask(submitter, "POST", "/api/v1/jobs", "{\"type\":\"noop\"}");

    assertThat(made.status()).isEqualTo(201);
    var path = "/api/v1/jobs/" + made.json().getString("id");
    assertThat(api.ask(submitter, "GET", path, null).json().getString("tenant")).isEqualTo("acme");
    assertThat(api.ask(viewer, "GET", path, null).status()).isEqualTo(404);
    assertThat(api.ask(viewer, "POST", "/api/v1/jobs", "{\"type\":\"noop\"}").status())
        .isEqualTo(403);
  }

  @Test
  @Order(2)
  void keys_open_it_as_before() {
    var key = api.key("acme", "viewer");

    assertThat(api.ask(key, "GET", "/api/v1/jobs", null).status()).isEqualTo(200);
    assertThat(api.admin("GET", "/api/v1/keys", null).status()).isEqualTo(200);
  }

  @Test
  @Order(3)
  void the_standards_words_say_why_a_token_opens_nothing() {
    var ended =
        Issuer.claims("acme", "viewer").expirationTime(Date.from(Instant.now().minusSeconds(60)));

    var late = get("Bearer " + Issuer.token(FIRST, ended));
    var powerless = get("Bearer " + Issuer.token(FIRST, Issuer.claims("acme", "root")));
    var nobody = send(HttpRequest.newBuilder(jobs()).build());

    assertThat(late.statusCode()).isEqualTo(401);
    assertThat(challenge(late)).isEqualTo("Bearer error=\"invalid_token\"");
    assertThat(late.body()).contains("Expired");
    assertThat(powerless.statusCode()).isEqualTo(403);
    assertThat(challenge(powerless)).isEqualTo("Bearer error=\"insufficient_scope\"");
    assertThat(powerless.body()).contains("claim role");
    assertThat(nobody.statusCode()).isEqualTo(401);
    assertThat(challenge(nobody)).isEqualTo("Bearer");
  }

  @Test
  @Order(4)
  void the_first_token_of_a_new_key_is_let_in() {
    int before = issuer.asked();
    issuer.publish(FIRST.toPublicJWK(), SECOND.toPublicJWK());
    var token = Issuer.token(SECOND, Issuer.claims("acme", "submitter"));

    var made = api.ask(token, "POST", "/api/v1/jobs", "{\"type\":\"noop\",\"payload\":[1,2,3]}");

    assertThat(made.status()).as(made.body()).isEqualTo(201);
    assertThat(issuer.asked()).isEqualTo(before + 1);
  }

  @Test
  @Order(5)
  void tokens_of_unknown_keys_do_not_make_the_node_ask_each_time() {
    int before = issuer.asked();
    var token = Issuer.token(NEVER, Issuer.claims("acme", "viewer"));

    for (int i = 0; i < 5; i++) {
      assertThat(api.ask(token, "GET", "/api/v1/jobs", null).status()).isEqualTo(401);
    }

    assertThat(issuer.asked()).isEqualTo(before);
  }

  @Test
  @Order(6)
  void an_issuer_that_is_away_takes_nothing_from_the_keys_that_are_known() {
    issuer.answer(503);
    var token = Issuer.token(SECOND, Issuer.claims("acme", "viewer").jwtID("another"));

    assertThat(api.ask(token, "GET", "/api/v1/jobs", null).status()).isEqualTo(200);
  }

  @Test
  @Order(7)
  void a_node_whose_issuer_never_answered_lets_keys_in_and_says_what_is_missing() {
    issuer.answer(503);
    var flags =
        Map.of(
            "http.port", "0",
            "auth.mode", "jwt",
            "admin_key", Locked.ADMIN,
            "jwt.issuer", Issuer.NAME,
            "jwt.audience", Issuer.AUDIENCE,
            "jwt.jwks_url", "http://127.0.0.1:1/keys",
            "jwt.refresh", "1h");
    var alone = Node.start(Lab.settings(Servers.database(), flags));
    try {
      var locked = new Locked(alone.httpPort());
      var token = Issuer.token(FIRST, Issuer.claims("acme", "viewer"));

      assertThat(locked.admin("GET", "/api/v1/keys", null).status()).isEqualTo(200);
      var answer = locked.ask(token, "GET", "/api/v1/jobs", null);
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.body()).contains("cannot be read");
    } finally {
      alone.stop();
    }
  }

  private static HttpResponse<String> get(String authorization) {
    return send(HttpRequest.newBuilder(jobs()).header("authorization", authorization).build());
  }

  private static URI jobs() {
    return URI.create("http://127.0.0.1:" + node.httpPort() + "/api/v1/jobs");
  }

  private static String challenge(HttpResponse<String> answer) {
    return answer.headers().firstValue("www-authenticate").orElse("");
  }

  private static HttpResponse<String> send(HttpRequest request) {
    try {
      return CLIENT.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
