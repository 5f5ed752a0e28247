package dev.orchestrix.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.node.Node;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Locked;
import dev.orchestrix.testkit.Servers;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** A tenant is deleted on a node that wants keys. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@SuppressWarnings("NullAway.Init")
class KeysOfADeletedTenantIT {
  private static Node node;
  private static Locked api;

  @BeforeAll
  static void start() {
    var flags = Map.of("http.port", "0", "auth.mode", "keys", "admin_key", Locked.ADMIN);
    node = Node.start(Lab.settings(Servers.database(), flags));
    api = new Locked(node.httpPort());
  }

  @AfterAll
  static void stop() {
    node.stop();
  }

  @Test
  void they_open_nothing_from_the_answer_on() {
    put("shut");
    var key = api.key("shut", "admin");
    assertThat(api.ask(key, "GET", "/api/v1/jobs", null).status()).isEqualTo(200);

    assertThat(api.admin("DELETE", "/api/v1/tenants/shut", null).status()).isEqualTo(202);

    assertThat(api.ask(key, "GET", "/api/v1/jobs", null).status()).isEqualTo(401);
  }

  @Test
  void nothing_is_made_for_a_tenant_that_is_being_deleted() {
    put("leaving");
    assertThat(api.admin("DELETE", "/api/v1/tenants/leaving", null).status()).isEqualTo(202);

    refused("POST", "/jobs", "{\"type\": \"noop\", \"tenant\": \"leaving\"}");
    refused("PUT", "/tenants/leaving", "{}");
    refused("POST", "/tenants/leaving/pause", "{}");
    refused("POST", "/tenants/leaving/resume", "{}");
    refused("PUT", "/controls/tenant/leaving", "{}");
    refused("PUT", "/limits/rate_key/k?tenant=leaving", "{\"rate\": 1, \"burst\": 1}");
    refused("POST", "/dlq/redrive", "{\"filter\": {\"tenant\": \"leaving\"}}");
    refused("POST", "/keys", "{\"tenant\": \"leaving\", \"role\": \"viewer\", \"name\": \"x\"}");
    assertThat(api.admin("GET", "/api/v1/tenants/leaving", null).body())
        .contains("\"state\":\"deleting\"");
    assertThat(api.admin("DELETE", "/api/v1/tenants/leaving", null).status()).isEqualTo(202);
  }

  @Test
  void an_admin_of_one_tenant_does_not_delete_it() {
    put("own");

    var answer = api.ask(api.key("own", "admin"), "DELETE", "/api/v1/tenants/own", null);

    assertThat(answer.status()).isEqualTo(403);
  }

  private static void put(String tenant) {
    assertThat(api.admin("PUT", "/api/v1/tenants/" + tenant, "{}").status()).isEqualTo(200);
  }

  private static void refused(String method, String path, String body) {
    var answer = api.admin(method, "/api/v1" + path, body);
    assertThat(answer.status()).as(path + " " + answer.body()).isEqualTo(409);
    assertThat(answer.body()).contains("tenant_deleting");
  }
}
