package dev.orchestrix.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.node.Node;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Locked;
import dev.orchestrix.testkit.Servers;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Two tenants, each with a key of its own, on one node. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@SuppressWarnings("NullAway.Init")
class KeepingTenantsApartIT {
  private static Node node;
  private static Locked api;
  private static String red;
  private static String blue;

  @BeforeAll
  static void start() {
    var flags = Map.of("http.port", "0", "auth.mode", "keys", "admin_key", Locked.ADMIN);
    node = Node.start(Lab.settings(Servers.database(), flags));
    api = new Locked(node.httpPort());
    for (var tenant : new String[] {"red", "blue"}) {
      assertThat(api.admin("PUT", "/api/v1/tenants/" + tenant, "{}").status()).isEqualTo(200);
    }
    red = api.key("red", "admin");
    blue = api.key("blue", "admin");
  }

  @AfterAll
  static void stop() {
    node.stop();
  }

  @Test
  void what_names_no_tenant_is_of_the_tenant_of_the_key() {
    var made = submit(red, "{\"type\":\"noop\"}");
    var batch = api.ask(red, "POST", "/api/v1/jobs/batch", "{\"type\":\"noop\"}");

    assertThat(made.getString("tenant")).isEqualTo("red");
    assertThat(batch.status()).isEqualTo(201);
    assertThat(api.ask(red, "GET", "/api/v1/jobs", null).body()).contains(made.getString("id"));
    assertThat(api.ask(blue, "GET", "/api/v1/jobs", null).json().getJsonArray("items")).isEmpty();
  }

  @Test
  void an_idempotency_key_of_another_tenant_says_nothing() {
    var job = "{\"type\":\"noop\",\"idempotency_key\":\"order-7\"}";

    var ofRed = submit(red, job);
    var ofBlue = submit(blue, job);

    assertThat(ofBlue.getString("id")).isNotEqualTo(ofRed.getString("id"));
    assertThat(submit(red, job).getString("id")).isEqualTo(ofRed.getString("id"));
  }

  @Test
  void a_unique_job_of_another_tenant_stands_in_nobodys_way() {
    var job = "{\"type\":\"lonely\",\"delay\":\"1h\",\"unique\":{}}";

    var first = api.ask(red, "POST", "/api/v1/jobs", job);
    var second = api.ask(blue, "POST", "/api/v1/jobs", job);

    assertThat(first.status()).as(first.body()).isEqualTo(201);
    assertThat(second.status()).as(second.body()).isEqualTo(201);
  }

  @Test
  void a_cursor_from_another_tenants_list_shows_ones_own_jobs_alone() {
    for (int i = 0; i < 3; i++) {
      var _ = api.waiting("red");
    }
    var _ = api.waiting("blue");
    var cursor = api.ask(red, "GET", "/api/v1/jobs?limit=1", null).json().getString("next_cursor");

    var page = api.ask(blue, "GET", "/api/v1/jobs?cursor=" + cursor, null);

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.body()).doesNotContain("red");
  }

  @Test
  void a_body_is_read_no_further_for_a_job_of_another_tenant() {
    var theirs = api.waiting("blue");
    var path = "/api/v1/jobs/%s/cancel";

    var answer = api.ask(red, "POST", path.formatted(theirs), "{\"nothing\":1}");

    assertThat(answer.without(theirs).without("nothing"))
        .isEqualTo(
            api.ask(red, "POST", path.formatted(UUID.fromString(theirs)), "{}").without(theirs));
    assertThat(answer.status()).isEqualTo(404);
    assertThat(api.ask(blue, "GET", "/api/v1/jobs/" + theirs, null).json().getString("state"))
        .isEqualTo("SCHEDULED");
  }

  @Test
  void a_key_without_sight_of_payloads_shows_none() {
    var wanted =
        new JsonObject().put("role", "operator").put("name", "desk").put("payloads", false);
    var made = api.ask(red, "POST", "/api/v1/keys", wanted.encode());
    var key = made.json().getString("key");
    var id = api.waiting("red");

    var job = api.ask(key, "GET", "/api/v1/jobs/" + id, null);

    assertThat(made.json().getString("tenant")).isEqualTo("red");
    assertThat(job.status()).isEqualTo(200);
    assertThat(job.json().fieldNames())
        .contains("errors")
        .doesNotContain("payload", "result", "checkpoint", "logs", "progress");
    assertThat(api.ask(key, "GET", "/api/v1/jobs/" + id + "/logs", null).status()).isEqualTo(403);
    assertThat(api.ask(red, "GET", "/api/v1/jobs/" + id, null).body()).contains("secret");
  }

  @Test
  void nor_does_it_show_what_handlers_have_said_of_errors() {
    var wanted =
        new JsonObject().put("role", "operator").put("name", "desk").put("payloads", false);
    var key = api.ask(red, "POST", "/api/v1/keys", wanted.encode()).json().getString("key");
    var id = api.failed("red");
    var said = errors(red, id).getJsonObject(0);

    var bare = errors(key, id);

    assertThat(said.getString("message")).isNotEmpty();
    assertThat(bare).hasSize(1);
    assertThat(bare.getJsonObject(0).fieldNames())
        .containsExactlyInAnyOrder("attempt", "at", "category", "fingerprint");
    assertThat(bare.getJsonObject(0).getString("fingerprint"))
        .isEqualTo(said.getString("fingerprint"));
    var preview = "{\"filter\":{},\"preview\":true}";
    for (var one :
        new String[][] {
          {"GET", "/api/v1/dlq", null},
          {"GET", "/api/v1/dlq/groups", null},
          {"POST", "/api/v1/dlq/redrive", preview}
        }) {
      var shown = api.ask(key, one[0], one[1], one[2]).body();
      assertThat(shown).contains(id).doesNotContain(said.getString("message"));
      assertThat(api.ask(red, one[0], one[1], one[2]).body()).contains(said.getString("message"));
    }
  }

  private static JsonArray errors(String key, String job) {
    return api.ask(key, "GET", "/api/v1/jobs/" + job, null).json().getJsonArray("errors");
  }

  @Test
  void an_admin_of_one_tenant_makes_no_keys_for_others() {
    for (var tenant : new String[] {"blue", "nobody", "*"}) {
      var answer =
          api.ask(
              red,
              "POST",
              "/api/v1/keys",
              "{\"tenant\":\"%s\",\"role\":\"viewer\",\"name\":\"x\"}".formatted(tenant));
      assertThat(answer.status()).isEqualTo(422);
      assertThat(answer.body()).contains("unknown_tenant").doesNotContain("\"key\"");
    }
  }

  @Test
  void a_revoked_key_is_refused_and_a_rotated_one_goes_on_for_its_grace() {
    var made =
        api.ask(red, "POST", "/api/v1/keys", "{\"role\":\"viewer\",\"name\":\"short\"}").json();
    var old = made.getString("key");
    var path = "/api/v1/keys/" + made.getString("id");

    var next = api.ask(red, "POST", path + "/rotate", "{\"grace\":\"1h\"}");
    int before = api.ask(old, "GET", "/api/v1/jobs", null).status();
    var revoked = api.ask(red, "DELETE", path, null);

    assertThat(next.status()).isEqualTo(201);
    assertThat(before).isEqualTo(200);
    assertThat(revoked.status()).isEqualTo(200);
    assertThat(revoked.body()).doesNotContain(old);
    assertThat(api.ask(old, "GET", "/api/v1/jobs", null).status()).isEqualTo(401);
    assertThat(api.ask(next.json().getString("key"), "GET", "/api/v1/jobs", null).status())
        .isEqualTo(200);
    assertThat(api.ask(red, "GET", "/api/v1/keys", null).body()).doesNotContain(old);
  }

  private static JsonObject submit(String key, String job) {
    var answer = api.ask(key, "POST", "/api/v1/jobs", job);
    assertThat(answer.status()).as(answer.body()).isIn(200, 201);
    return answer.json();
  }
}
