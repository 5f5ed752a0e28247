package dev.orchestrix.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.auth.Role;
import dev.orchestrix.node.Node;
import dev.orchestrix.testkit.GeneratedFile;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Locked;
import dev.orchestrix.testkit.Locked.Answer;
import dev.orchestrix.testkit.Servers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Every call there is, with every kind of key, about what is one's own and what is not. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@SuppressWarnings("NullAway.Init")
class TryingEveryDoorIT {
  private static final String OWN = "acme";
  private static final String OTHER = "other";
  private static final String NOBODY = "nobody";

  private static final String HEAD =
      """
      <!-- Made from what a node answers; TryingEveryDoorIT writes it. -->

      # Who may call what

      What a node with `auth.mode: keys` answers to a key of one tenant about that tenant's things (own) and about those of
      another (other), and to a key of all tenants (all). How keys and roles work: [security](security.md).

      `yes`: the call is let in. `401`: it is not known who calls. `403`: it needs another role, or a key of all tenants.
      `404` and `422`: the answer is, to the letter, the one about what does not exist. `left out`: the list does not have it.

      """;

  private static Node node;
  private static Locked api;
  private static final Map<Role, String> OF_ONE = new EnumMap<>(Role.class);
  private static final Map<Role, String> OF_ALL = new EnumMap<>(Role.class);

  @BeforeAll
  static void start() {
    var flags = Map.of("http.port", "0", "auth.mode", "keys", "admin_key", Locked.ADMIN);
    node = Node.start(Lab.settings(Servers.database(), flags));
    api = new Locked(node.httpPort());
    for (var tenant : new String[] {OWN, OTHER}) {
      assertThat(api.admin("PUT", "/api/v1/tenants/" + tenant, "{}").status()).isEqualTo(200);
    }
    for (var role : Role.values()) {
      OF_ONE.put(role, api.key(OWN, role.label()));
      OF_ALL.put(role, api.key("*", role.label()));
    }
  }

  @AfterAll
  static void stop() {
    node.stop();
  }

  @Test
  void the_table_of_who_may_call_what_is_what_a_node_answers() throws IOException {
    GeneratedFile.check(Path.of("docs/access.md"), HEAD + table(), TryingEveryDoorIT.class);
  }

  @Test
  void what_there_is_not_is_closed_to_whoever_is_not_known() {
    assertThat(api.ask(null, "GET", "/api/v1/nothing", null).status()).isEqualTo(401);
    assertThat(api.ask(null, "GET", "/", null).status()).isEqualTo(401);
    assertThat(api.ask(null, "GET", "/health/../api/v1/jobs", null).status()).isEqualTo(401);
    assertThat(api.ask("ox_abcdefgh_" + "A".repeat(43), "GET", "/api/v1/jobs", null).status())
        .isEqualTo(401);
  }

  private static String table() {
    var roles = Stream.of(Role.values()).map(Role::label).toList();
    var head =
        roles.stream()
            .map(role -> role + " own | " + role + " other | " + role + " all")
            .collect(Collectors.joining(" | ", "| call | no key | ", " |\n"));
    var line = "| --- ".repeat(2 + 3 * roles.size()) + "|\n";
    return Stream.of(Call.values())
        .map(TryingEveryDoorIT::row)
        .collect(Collectors.joining("", head + line, ""));
  }

  private static String row(Call call) {
    var cells = new StringBuilder("| `" + call.method() + " " + call.path() + "` | ");
    cells.append(word(ask(call, null, OWN), call));
    for (var role : Role.values()) {
      var other = ask(call, OF_ONE.get(role), OTHER);
      hidden(call, role, other);
      cells
          .append(" | ")
          .append(word(ask(call, OF_ONE.get(role), OWN), call))
          .append(" | ")
          .append(about(call) ? word(other, call) : "")
          .append(" | ")
          .append(word(ask(call, OF_ALL.get(role), OTHER), call));
    }
    return cells.append(" |\n").toString();
  }

  /** Whether there is anything in it that could be another tenant's. */
  private static boolean about(Call call) {
    return call.role() != null && call.whose() != Whose.ALL;
  }

  /** What is another's is answered as what there is not. */
  private static void hidden(Call call, Role role, Answer other) {
    if (about(call) && call != Call.LIST_TENANTS) {
      var missing = ask(call, OF_ONE.get(role), NOBODY);
      assertThat(other).as("%s by %s", call, role).isEqualTo(missing);
      assertThat(other.status()).as("%s by %s", call, role).isIn(403, 404, 422);
    }
  }

  private static String word(Answer answer, Call call) {
    if (answer.status() == 422) {
      assertThat(answer.body()).contains("unknown_tenant");
      return "422";
    }
    if (call == Call.LIST_TENANTS && answer.status() == 200) {
      return answer.body().contains("\"ID\"") ? "yes" : "left out";
    }
    assertThat(answer.status()).as("%s: %s", call, answer.body()).isLessThan(500).isNotEqualTo(400);
    return answer.status() == 401 || answer.status() == 403 || answer.status() == 404
        ? Integer.toString(answer.status())
        : "yes";
  }

  /** Asks about something of a tenant that was just made for it, or of none that there is. */
  private static Answer ask(Call call, @Nullable String key, String tenant) {
    var id = thing(call, tenant);
    var path = call.path().replace(":id", call.whose() == Whose.TENANT ? tenant : id);
    var answer =
        switch (call) {
          case SUBMIT_JOB, SUBMIT_BATCH ->
              api.ask(key, "POST", path, "{\"type\":\"noop\",\"tenant\":\"" + tenant + "\"}");
          case CANCEL_MANY, REDRIVE, CREATE_KEY -> api.ask(key, "POST", path, body(call, tenant));
          case LIST_JOBS,
              LIST_KEYS,
              READ_AUDIT,
              FOLLOW_TENANT,
              LIST_LETTERS,
              GROUP_LETTERS,
              LIST_REDRIVES,
              LIST_LIMITS ->
              api.ask(key, "GET", path + "?tenant=" + tenant, null);
          case READ_LIMIT, DELETE_LIMIT -> api.ask(key, call.method().name(), limit(tenant), null);
          case PUT_LIMIT -> api.ask(key, "PUT", limit(tenant), "{\"running\":1}");
          case LIMIT_KEY -> api.ask(key, "PUT", path, "{\"rate\":9,\"burst\":9}");
          case PUT_TENANT -> api.ask(key, "PUT", path, "{}");
          case PAUSE_TENANT, RESUME_TENANT, DELETE_TENANT ->
              api.ask(key, call.method().name(), call.path().replace(":id", "default"), null);
          case PAUSE, RESUME ->
              api.ask(key, call.method().name(), "/api/v1/controls/type/quiet", null);
          case OPEN_CIRCUIT, CLOSE_CIRCUIT, RESET_CIRCUIT ->
              api.ask(key, "POST", path.replace(":name", "type:quiet"), null);
          case READ_JOB,
              FOLLOW_JOB,
              READ_LOGS,
              CANCEL_JOB,
              DELETE_JOB,
              RETRY_JOB,
              READ_REDRIVE,
              STOP_REDRIVE,
              UNDO_REDRIVE,
              RETRY_LETTER,
              DISCARD_LETTER,
              LIST_TENANTS,
              ROTATE_KEY,
              REVOKE_KEY,
              UNLIMIT_KEY,
              READ_TENANT,
              HEALTH,
              READY,
              LIVE,
              METRICS,
              EXPLAIN_JOB,
              EXPLAIN,
              LIST_PAUSES,
              LIST_CIRCUITS ->
              api.ask(key, call.method().name(), path, null);
        };
    return new Answer(
            answer.status(), answer.body().replace(id, "ID").replace("\"" + tenant, "\"TENANT"))
        .without("no tenant " + tenant);
  }

  private static String body(Call call, String tenant) {
    return switch (call) {
      case CANCEL_MANY -> "{\"filter\":{\"tenant\":\"" + tenant + "\",\"type\":\"none\"}}";
      case REDRIVE -> "{\"filter\":{\"tenant\":\"" + tenant + "\"},\"preview\":true}";
      default -> "{\"tenant\":\"" + tenant + "\",\"role\":\"viewer\",\"name\":\"x\"}";
    };
  }

  private static String limit(String tenant) {
    return "/api/v1/limits/concurrency_key/k?tenant=" + tenant;
  }

  /** The id of what the call is about. */
  private static String thing(Call call, String tenant) {
    boolean there = !tenant.equals(NOBODY);
    if (there && (call == Call.READ_LIMIT || call == Call.DELETE_LIMIT)) {
      var put = api.admin("PUT", limit(tenant), "{\"running\":1}");
      assertThat(put.status()).as(put.body()).isEqualTo(200);
    }
    if (Set.of(Call.ROTATE_KEY, Call.REVOKE_KEY, Call.LIMIT_KEY, Call.UNLIMIT_KEY).contains(call)) {
      return there ? api.keyId(tenant) : UUID.randomUUID().toString();
    }
    return switch (call.whose()) {
      case JOB -> there ? api.waiting(tenant) : UUID.randomUUID().toString();
      case LETTER -> there ? api.failed(tenant) : UUID.randomUUID().toString();
      case REDRIVE -> there ? api.redrive(tenant) : UUID.randomUUID().toString();
      case TENANT, NAMED, ALL -> tenant;
    };
  }
}
