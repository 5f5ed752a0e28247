package dev.orchestrix.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.RSAKey;
import dev.orchestrix.node.Node;
import dev.orchestrix.testkit.Issuer;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Locked;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Keys and tokens with so many requests, and one more in 1000 s, on two nodes. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@SuppressWarnings("NullAway.Init")
class LimitingRequestsIT {
  private static final RSAKey SIGNED_WITH = Issuer.rsa("one");
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final String NOOP = "{\"type\":\"noop\",\"delay\":\"1h\"}";

  @RegisterExtension static final Lab LAB = new Lab();

  private Issuer issuer;
  private Node node;
  private Node other;
  private Locked api;

  @BeforeEach
  void start() {
    issuer = new Issuer(SIGNED_WITH.toPublicJWK());
    node = node(Map.of());
    other = node(Map.of("auth.request_rate", "0.001", "auth.request_burst", "2"));
    api = new Locked(node.httpPort());
    assertThat(api.admin("PUT", "/api/v1/tenants/acme", "{}").status()).isEqualTo(200);
  }

  @AfterEach
  void stop() {
    node.stop();
    other.stop();
    issuer.close();
  }

  @Test
  void every_answer_tells_how_many_requests_are_left() {
    var key = key(4);

    var first = ask(node, key, "GET", "/api/v1/jobs");
    var second = ask(node, key, "GET", "/api/v1/nothing");

    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(header(first, "ratelimit-limit")).isEqualTo("4");
    assertThat(header(first, "ratelimit-remaining")).isEqualTo("3");
    assertThat(header(first, "ratelimit-reset")).isEqualTo("1000");
    assertThat(header(first, "ratelimit-policy")).isEqualTo("4;w=4000");
    assertThat(second.statusCode()).isEqualTo(404);
    assertThat(header(second, "ratelimit-remaining")).isEqualTo("2");
  }

  @Test
  void one_too_many_is_answered_with_when_to_come_back() {
    var key = key(1);
    assertThat(ask(node, key, "GET", "/api/v1/jobs").statusCode()).isEqualTo(200);

    var refused = ask(node, key, "GET", "/api/v1/jobs");

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(header(refused, "content-type")).isEqualTo("application/problem+json");
    assertThat(Long.parseLong(header(refused, "retry-after"))).isBetween(900L, 1000L);
    assertThat(header(refused, "ratelimit-remaining")).isEqualTo("0");
    var problem = new JsonObject(refused.body());
    assertThat(problem.getString("code")).isEqualTo("too_many_requests");
    assertThat(problem.getString("detail")).contains("0.001 requests a second and 1 at once");
    assertThat(problem.getString("retry_after")).isEqualTo(header(refused, "retry-after"));
  }

  @Test
  void a_submission_that_is_one_too_many_writes_nothing() {
    var key = key(2);

    var statuses = new HashMap<Integer, Integer>();
    for (int i = 0; i < 3; i++) {
      var answer = api.ask(key, "POST", "/api/v1/jobs", NOOP);
      var _ = statuses.merge(answer.status(), 1, Integer::sum);
    }
    assertThat(api.ask(key, "POST", "/api/v1/jobs/batch", NOOP).status()).isEqualTo(429);

    assertThat(statuses).isEqualTo(Map.of(201, 2, 429, 1));
    assertThat(LAB.number("select count(*) from jobs where tenant = 'acme'")).isEqualTo(2);
  }

  @Test
  void nodes_count_together() {
    var key = key(3);
    Lab.until(
        "the other knows the key",
        () -> ask(other, key, "GET", "/api/v1/jobs").statusCode() == 200);

    assertThat(ask(node, key, "GET", "/api/v1/jobs").statusCode()).isEqualTo(200);
    assertThat(ask(node, key, "GET", "/api/v1/jobs").statusCode()).isEqualTo(200);
    assertThat(ask(other, key, "GET", "/api/v1/jobs").statusCode()).isEqualTo(429);
  }

  @Test
  void a_limit_is_changed_and_taken_away_while_the_key_is_used() {
    var made = newKey(1);
    var key = made.getString("key");
    var path = "/api/v1/keys/" + made.getString("id") + "/requests";
    assertThat(made.getJsonObject("requests"))
        .isEqualTo(new JsonObject().put("rate", 0.001).put("burst", 1));
    assertThat(ask(node, key, "GET", "/api/v1/jobs").statusCode()).isEqualTo(200);
    assertThat(ask(node, key, "GET", "/api/v1/jobs").statusCode()).isEqualTo(429);

    var raised = api.admin("PUT", path, "{\"rate\": 100, \"burst\": 10}");
    assertThat(raised.status()).isEqualTo(200);
    assertThat(raised.json().getJsonObject("requests").getInteger("burst")).isEqualTo(10);
    Lab.until(
        "it may make one more", () -> ask(node, key, "GET", "/api/v1/jobs").statusCode() == 200);

    assertThat(api.admin("DELETE", path, null).json().getValue("requests")).isNull();
    assertThat(ask(node, key, "GET", "/api/v1/jobs").headers().firstValue("ratelimit-limit"))
        .isEmpty();
  }

  @Test
  void a_key_that_takes_the_place_of_another_has_its_limit() {
    var made = newKey(7);

    var rotate = "/api/v1/keys/" + made.getString("id") + "/rotate";
    var rotated = api.admin("POST", rotate, null).json();

    assertThat(rotated.getJsonObject("requests")).isEqualTo(made.getJsonObject("requests"));
  }

  @Test
  void what_is_no_limit_is_refused_with_where() {
    for (var bad :
        new String[] {
          "5",
          "{}",
          "{\"burst\":5}",
          "{\"rate\":0,\"burst\":1}",
          "{\"rate\":1,\"burst\":0}",
          "{\"rate\":1,\"burst\":1,\"x\":1}",
          "{\"rate\":null,\"burst\":1}"
        }) {
      var answer =
          api.admin(
              "POST",
              "/api/v1/keys",
              "{\"tenant\":\"acme\",\"role\":\"viewer\",\"name\":\"x\",\"requests\":%s}"
                  .formatted(bad));
      assertThat(answer.status()).as(bad).isEqualTo(422);
      assertThat(answer.json().getJsonArray("errors").getJsonObject(0).getString("path"))
          .as(bad)
          .startsWith("/requests");
    }
    var path = "/api/v1/keys/" + api.keyId("acme") + "/requests";
    assertThat(api.admin("PUT", path, "{\"burst\":5}").status()).isEqualTo(422);
    assertThat(api.admin("PUT", path, null).status()).isEqualTo(400);
    var unknown = path.replaceAll("keys/[^/]+", "keys/00000000-0000-0000-0000-000000000000");
    assertThat(api.admin("PUT", unknown, "{\"rate\":1,\"burst\":1}").status()).isEqualTo(404);
  }

  @Test
  void a_rate_alone_lets_those_of_a_second_come_at_once() {
    var path = "/api/v1/keys/" + api.keyId("acme") + "/requests";

    var answer = api.admin("PUT", path, "{\"rate\":4.5}");

    assertThat(answer.json().getJsonObject("requests"))
        .isEqualTo(new JsonObject().put("rate", 4.5).put("burst", 5));
  }

  @Test
  void the_limit_of_the_settings_is_for_each_subject_of_tokens() {
    var first = Issuer.token(SIGNED_WITH, Issuer.claims("acme", "viewer").subject("first"));
    var again = Issuer.token(SIGNED_WITH, Issuer.claims("acme", "submitter").subject("first"));
    var second = Issuer.token(SIGNED_WITH, Issuer.claims("acme", "viewer").subject("second"));
    Lab.until(
        "the other knows the tenant",
        () -> ask(other, Locked.ADMIN, "GET", "/api/v1/tenants/acme").statusCode() == 200);

    var answers =
        new int[] {
          ask(other, first, "GET", "/api/v1/jobs").statusCode(),
          ask(other, again, "GET", "/api/v1/jobs").statusCode(),
          ask(other, first, "GET", "/api/v1/jobs").statusCode(),
          ask(other, second, "GET", "/api/v1/jobs").statusCode()
        };

    assertThat(answers).containsExactly(200, 200, 429, 200);
    assertThat(ask(node, first, "GET", "/api/v1/jobs").headers().firstValue("ratelimit-limit"))
        .isEmpty();
  }

  private Node node(Map<String, String> more) {
    var flags = new HashMap<>(more);
    flags.put("http.port", "0");
    flags.put("auth.mode", "jwt");
    flags.put("admin_key", Locked.ADMIN);
    flags.put("jwt.issuer", Issuer.NAME);
    flags.put("jwt.audience", Issuer.AUDIENCE);
    flags.put("jwt.jwks_url", issuer.url());
    return Node.start(Lab.settings(LAB.settings().postgres().url(), flags));
  }

  private String key(int burst) {
    return newKey(burst).getString("key");
  }

  private JsonObject newKey(int burst) {
    var requests = new JsonObject().put("rate", 0.001).put("burst", burst);
    var wanted =
        new JsonObject()
            .put("tenant", "acme")
            .put("role", "submitter")
            .put("name", "of a test")
            .put("requests", requests);
    var made = api.admin("POST", "/api/v1/keys", wanted.encode());
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return made.json();
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("none");
  }

  private static HttpResponse<String> ask(
      Node node, @Nullable String key, String method, String path) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path))
            .header("authorization", "Bearer " + key)
            .method(method, BodyPublishers.noBody());
    try {
      return CLIENT.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
