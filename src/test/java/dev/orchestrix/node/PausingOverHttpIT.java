package dev.orchestrix.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Api;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Nodes;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pauses that one node is told of and the other keeps. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class PausingOverHttpIT {
  @RegisterExtension static final Lab lab = new Lab();

  @RegisterExtension final Nodes nodes = Nodes.beside(lab);

  private Api here;
  private Api there;

  @BeforeEach
  void start() {
    var _ = lab.rows("insert into tenants (id) values ('other')");
    here = nodes.start().api();
    there = nodes.start().api();
  }

  @Test
  void a_paused_tenant_starts_nothing_while_others_do_until_it_goes_on() {
    pause("/api/v1/tenants/default/pause", "POST");
    there.submitAll(Collections.nCopies(2000, "{\"type\": \"noop\"}"));
    there.submitAll(Collections.nCopies(200, "{\"type\": \"noop\", \"tenant\": \"other\"}"));

    Lab.until("the other's have ended", () -> succeeded("tenant = 'other'") == 200);
    assertThat(succeeded("tenant = 'default'")).isZero();

    assertThat(there.call("POST", "/api/v1/tenants/default/resume", "").statusCode())
        .isEqualTo(200);
    Lab.until("all have ended", () -> succeeded("tenant = 'default'") == 2000);
  }

  @Test
  void a_paused_type_starts_nothing_while_others_do_until_it_goes_on() {
    pause("/api/v1/controls/type/noop", "PUT");
    there.submitAll(Collections.nCopies(2000, "{\"type\": \"noop\"}"));
    there.submitAll(
        Collections.nCopies(50, "{\"type\": \"sleep\", \"payload\": {\"duration\": \"1ms\"}}"));

    Lab.until("others have ended", () -> succeeded("type = 'sleep'") == 50);
    Lab.until("all are held", () -> lab.number(HELD, "paused:type:noop") == 2000);
    assertThat(succeeded("type = 'noop'")).isZero();

    assertThat(there.call("DELETE", "/api/v1/controls/type/noop", "").statusCode()).isEqualTo(200);
    Lab.until("all have ended", () -> succeeded("type = 'noop'") == 2000);
  }

  @Test
  void a_paused_priority_starts_nothing_while_others_do_until_it_goes_on() {
    pause("/api/v1/controls/priority/low", "PUT");
    there.submitAll(Collections.nCopies(2000, "{\"type\": \"noop\", \"priority\": \"low\"}"));
    there.submitAll(Collections.nCopies(200, "{\"type\": \"noop\", \"priority\": \"high\"}"));

    Lab.until("others have ended", () -> succeeded("priority = 0") == 200);
    assertThat(succeeded("priority = 2")).isZero();

    assertThat(there.call("DELETE", "/api/v1/controls/priority/low", "").statusCode())
        .isEqualTo(200);
    Lab.until("all have ended", () -> succeeded("priority = 2") == 2000);
  }

  @Test
  void a_pause_with_an_end_is_over_by_itself() {
    var until = Instant.now().plus(Duration.ofHours(1));
    pause("/api/v1/controls/type/noop", "PUT", ", \"until\": \"" + until + "\"");
    there.submitAll(Collections.nCopies(20, "{\"type\": \"noop\"}"));
    Lab.until("all are held", () -> lab.number(HELD, "paused:type:noop") == 20);

    var _ =
        lab.rows(
            """
            update pauses
               set until = clock_timestamp() + interval '1 second', updated_at = clock_timestamp()
            """);

    Lab.until("all have ended", () -> succeeded("type = 'noop'") == 20);
    assertThat(lab.number("select count(*) from jobs, pauses where started_at < until")).isZero();
  }

  @Test
  void what_is_paused_says_who_and_why_and_what_is_not_says_so() {
    pause("/api/v1/controls/type/noop", "PUT");

    var items = there.get("/api/v1/controls").getJsonArray("items");
    assertThat(items).hasSize(1);
    var only = (JsonObject) items.iterator().next();
    assertThat(only.getString("kind") + " " + only.getString("name")).isEqualTo("type noop");
    assertThat(only.getString("by")).isEqualTo("anybody for ann");
    assertThat(only.getString("why")).isEqualTo("a test");
    assertThat(there.call("DELETE", "/api/v1/controls/type/other", "").statusCode()).isEqualTo(409);
    assertThat(there.call("PUT", "/api/v1/controls/priority/urgent", "{}").statusCode())
        .isEqualTo(400);
    assertThat(there.call("POST", "/api/v1/tenants/nobody/pause", "").statusCode()).isEqualTo(404);
    assertThat(
            there
                .call("PUT", "/api/v1/controls/type/noop", "{\"until\": \"2020-01-01T00:00:00Z\"}")
                .statusCode())
        .isEqualTo(422);
  }

  private static final String HELD =
      "select coalesce(sum(cardinality(jobs)), 0) from held where reason = $1";

  /** Returns when both nodes know of it. */
  private void pause(String path, String method) {
    pause(path, method, "");
  }

  /** The same; the other knows what it has listed. */
  private void pause(String path, String method, String more) {
    var answer = here.call(method, path, "{\"by\": \"ann\", \"why\": \"a test\"" + more + "}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(there.get("/api/v1/controls").getJsonArray("items")).isNotEmpty();
  }

  private static long succeeded(String where) {
    return lab.number("select count(*) from jobs where state = 'SUCCEEDED' and " + where);
  }
}
