package dev.orchestrix.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.auth.AuditLog;
import dev.orchestrix.node.Node;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Locked;
import dev.orchestrix.testkit.Locked.Answer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node that wants keys is told to change things, and asked who has changed what. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@SuppressWarnings("NullAway.Init")
class KeepingAnAuditLogIT {
  private static final String OWN = "acme";
  private static final String OTHER = "other";

  @RegisterExtension static final Lab LAB = new Lab();

  private Node node;
  private Locked api;

  @BeforeEach
  void start() {
    var flags = Map.of("http.port", "0", "auth.mode", "keys", "admin_key", Locked.ADMIN);
    node = Node.start(Lab.settings(LAB.settings().postgres().url(), flags));
    api = new Locked(node.httpPort());
    for (var tenant : new String[] {OWN, OTHER}) {
      assertThat(api.admin("PUT", "/api/v1/tenants/" + tenant, "{}").status()).isEqualTo(200);
    }
  }

  @AfterEach
  void stop() {
    node.stop();
  }

  @Test
  void every_call_that_changes_something_has_a_line_that_says_what() {
    var changing = Stream.of(Call.values()).filter(call -> call.effect() == Effect.CHANGES);

    changing.forEach(
        call -> {
          var answer = make(call);
          assertThat(answer.status()).as("%s: %s", call, answer.body()).isBetween(200, 299);
          var line = lineOf(call, answer.status());
          assertThat(line.getString("who")).as(line.encode()).isEqualTo("the admin key");
          assertThat(line.getString("address")).isEqualTo("127.0.0.1");
          assertThat(line.getString("thing")).as(line.encode()).isNotEmpty();
          assertThat(line.getJsonObject("after")).as(line.encode()).isNotNull();
        });
  }

  @Test
  void a_line_says_what_was_there_and_what_is() {
    var path = "/api/v1/tenants/" + OWN;
    assertThat(api.admin("PUT", path, "{\"weight\": 2}").status()).isEqualTo(200);
    assertThat(api.admin("PUT", path, "{\"weight\": 3}").status()).isEqualTo(200);

    var line = lineOf(Call.PUT_TENANT, 200);

    assertThat(line.getJsonObject("before").getInteger("weight")).isEqualTo(2);
    assertThat(line.getJsonObject("after").getInteger("weight")).isEqualTo(3);
    assertThat(line.getString("tenant") + " " + line.getString("thing")).isEqualTo(OWN + " " + OWN);
  }

  @Test
  void cancelling_many_says_which_and_how_many() {
    var _ = api.waiting(OWN);
    var _ = api.waiting(OWN);
    var filter = "{\"filter\": {\"tenant\": \"acme\", \"type\": \"noop\"}}";

    assertThat(api.admin("POST", "/api/v1/jobs/cancel", filter).status()).isEqualTo(200);

    var after = lineOf(Call.CANCEL_MANY, 200).getJsonObject("after");
    assertThat(after.getInteger("cancelled")).isEqualTo(2);
    assertThat(after.getJsonObject("filter").getString("type")).isEqualTo("noop");
  }

  @Test
  void what_is_refused_has_a_line_without_a_change() {
    assertThat(api.admin("POST", "/api/v1/tenants/acme/resume", null).status()).isEqualTo(409);

    var line = lineOf(Call.RESUME_TENANT, 409);

    assertThat(line.getValue("after")).isNull();
  }

  @Test
  void what_is_refused_to_somebody_of_a_tenant_is_seen_by_its_admin() {
    var retry = "/api/v1/jobs/" + api.waiting(OWN) + "/retry";

    assertThat(api.ask(api.key(OWN, "operator"), "POST", retry, null).status()).isEqualTo(409);

    var admin = api.key(OWN, "admin");
    Lab.until(
        "it is seen",
        () ->
            lines(admin, "?action=retry_job").stream()
                .anyMatch(line -> Integer.valueOf(409).equals(status(line))));
  }

  @Test
  void an_admin_of_one_tenant_sees_its_own_lines_only() {
    var own = api.key(OWN, "admin");
    var _ = api.key(OTHER, "viewer");
    Lab.until("both are there", () -> lines(null, "?action=create_key").size() == 2);

    assertThat(lines(own, "")).extracting(line -> line.getString("tenant")).containsOnly(OWN);
    assertThat(lines(own, "?tenant=" + OWN)).isNotEmpty();
    assertThat(api.ask(own, "GET", "/api/v1/audit?tenant=" + OTHER, null).status()).isEqualTo(404);
    assertThat(api.ask(api.key(OWN, "operator"), "GET", "/api/v1/audit", null).status())
        .isEqualTo(403);
  }

  @Test
  void lines_are_found_by_who_what_and_when_and_by_pages() {
    for (int i = 0; i < 5; i++) {
      assertThat(api.admin("PUT", "/api/v1/controls/type/t" + i, null).status()).isEqualTo(200);
    }
    Lab.until("all have ended", () -> ended("?action=pause") == 5);

    var pages = new ArrayList<String>();
    var next = "";
    while (next != null) {
      var page = api.admin("GET", "/api/v1/audit?action=pause&limit=2" + next, null).json();
      things(page).forEach(pages::add);
      next =
          page.getString("next_cursor") == null ? null : "&cursor=" + page.getString("next_cursor");
    }

    assertThat(pages).containsExactly("type/t4", "type/t3", "type/t2", "type/t1", "type/t0");
    assertThat(lines(null, "?who=admin%20key&action=pause")).hasSize(5);
    assertThat(lines(null, "?who=somebody")).isEmpty();
    assertThat(lines(null, "?until=2020-01-01T00:00:00Z")).isEmpty();
    assertThat(lines(null, "?from=2020-01-01T00:00:00Z&action=pause")).hasSize(5);
    assertThat(api.admin("GET", "/api/v1/audit?from=today", null).status()).isEqualTo(400);
  }

  @Test
  void no_secret_and_no_payload_is_in_it() {
    var key = api.key(OWN, "viewer");
    var job = api.failed(OWN);
    var retry = api.admin("POST", "/api/v1/jobs/" + job + "/retry", "{\"payload\": \"psst\"}");
    assertThat(retry.status()).as(retry.body()).isEqualTo(200);
    assertThat(lineOf(Call.RETRY_JOB, 200).getJsonObject("after").getBoolean("other_payload"))
        .isTrue();

    var all = LAB.rows("select string_agg(l::text, ' ') from audit_log l").getFirst().getString(0);

    assertThat(all).contains(key.substring(3, 11)).doesNotContain(key.substring(12), "psst");
    assertThat(all)
        .doesNotContain(
            LAB.rows("select encode(hash, 'hex') from api_keys").getFirst().getString(0));
  }

  @Test
  void lines_are_forgotten_when_their_time_is_over() {
    var log = new AuditLog(LAB.postgres());
    var age = Duration.ofDays(90);

    assertThat(Lab.await(log.forget(Instant.now(), age))).isZero();
    assertThat(lines(null, "")).isNotEmpty();
    Lab.until("all have ended", () -> ended("") == lines(null, "").size());

    assertThat(Lab.await(log.forget(Instant.now().plus(age).plusSeconds(60), age))).isPositive();
    assertThat(lines(null, "")).isEmpty();
  }

  @Test
  void nothing_is_changed_when_its_line_cannot_be_written() {
    var _ = LAB.rows("alter table audit_log rename to elsewhere");
    try {
      assertThat(api.admin("PUT", "/api/v1/tenants/acme", "{\"weight\": 7}").status())
          .isGreaterThanOrEqualTo(500);
    } finally {
      var _ = LAB.rows("alter table elsewhere rename to audit_log");
    }

    assertThat(LAB.number("select weight from tenants where id = 'acme'")).isEqualTo(1);
  }

  @Test
  void a_pause_is_by_whoever_calls() {
    var key = api.key("*", "operator");
    var body = "{\"by\": \"ann\"}";

    var paused = api.ask(key, "PUT", "/api/v1/controls/type/quiet", body);

    assertThat(paused.json().getString("by"))
        .isEqualTo("key " + key.substring(3, 11) + " (of a test) for ann");
  }

  /** The newest line of a call, once it is known what became of it. */
  private JsonObject lineOf(Call call, int status) {
    var found = new ArrayList<JsonObject>();
    Lab.until(
        "there is a line of " + call,
        () -> {
          found.clear();
          found.addAll(lines(null, "?limit=1&action=" + Trail.action(call)));
          return !found.isEmpty() && Integer.valueOf(status).equals(status(found.getFirst()));
        });
    return found.getFirst();
  }

  /** How many lines have what became of it. */
  private long ended(String query) {
    return lines(null, query).stream().filter(line -> status(line) != null).count();
  }

  private static @Nullable Integer status(JsonObject line) {
    return line.getInteger("status");
  }

  private List<JsonObject> lines(@Nullable String key, String query) {
    var answer = api.ask(key == null ? Locked.ADMIN : key, "GET", "/api/v1/audit" + query, null);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().getJsonArray("items").stream().map(JsonObject.class::cast).toList();
  }

  private static List<String> things(JsonObject page) {
    return page.getJsonArray("items").stream()
        .map(line -> ((JsonObject) line).getString("thing"))
        .toList();
  }

  /** Makes a call so that it changes something. A new one fails here until it is added. */
  private Answer make(Call call) {
    var method = call.method().name();
    var path = call.path();
    return switch (call) {
      case CANCEL_MANY ->
          api.admin(method, path, "{\"filter\": {\"tenant\": \"acme\", \"type\": \"none\"}}");
      case CANCEL_JOB, DELETE_JOB -> api.admin(method, with(path, api.waiting(OWN)), null);
      case RETRY_JOB, RETRY_LETTER, DISCARD_LETTER ->
          api.admin(method, with(path, api.failed(OWN)), null);
      case REDRIVE -> api.admin(method, path, "{\"filter\": {\"tenant\": \"acme\"}}");
      case STOP_REDRIVE, UNDO_REDRIVE -> api.admin(method, with(path, api.redrive(OWN)), null);
      case PUT_TENANT -> api.admin(method, with(path, "made"), "{}");
      case DELETE_TENANT -> api.admin(method, with(path, OTHER), null);
      case PAUSE_TENANT, RESUME_TENANT -> api.admin(method, with(path, OWN), null);
      case PAUSE, RESUME -> api.admin(method, "/api/v1/controls/type/quiet", null);
      case OPEN_CIRCUIT, CLOSE_CIRCUIT, RESET_CIRCUIT ->
          api.admin(method, path.replace(":name", "type:quiet"), null);
      case PUT_LIMIT ->
          api.admin(method, "/api/v1/limits/rate_key/k", "{\"rate\": 1, \"burst\": 1}");
      case DELETE_LIMIT -> api.admin(method, "/api/v1/limits/rate_key/k", null);
      case CREATE_KEY ->
          api.admin(method, path, "{\"tenant\": \"acme\", \"role\": \"viewer\", \"name\": \"x\"}");
      case LIMIT_KEY -> api.admin(method, with(path, api.keyId(OWN)), "{\"rate\":9,\"burst\":9}");
      case ROTATE_KEY, REVOKE_KEY, UNLIMIT_KEY ->
          api.admin(method, with(path, api.keyId(OWN)), null);
      case SUBMIT_BATCH,
          SUBMIT_JOB,
          LIST_JOBS,
          READ_JOB,
          FOLLOW_JOB,
          READ_LOGS,
          FOLLOW_TENANT,
          LIST_LETTERS,
          GROUP_LETTERS,
          LIST_REDRIVES,
          READ_REDRIVE,
          LIST_TENANTS,
          READ_TENANT,
          EXPLAIN_JOB,
          EXPLAIN,
          LIST_PAUSES,
          LIST_CIRCUITS,
          LIST_LIMITS,
          READ_LIMIT,
          LIST_KEYS,
          READ_AUDIT,
          HEALTH,
          READY,
          LIVE,
          METRICS ->
          throw new AssertionError(call + " changes nothing");
    };
  }

  private static String with(String path, String id) {
    return path.replace(":id", id);
  }
}
