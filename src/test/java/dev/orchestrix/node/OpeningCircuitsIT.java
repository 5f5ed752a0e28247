package dev.orchestrix.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.orchestrix.testkit.Api;
import dev.orchestrix.testkit.ChildNode;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Nodes;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Circuits of a cluster of two nodes, and real servers that fail. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class OpeningCircuitsIT {
  private static final String HELD =
      "select coalesce(sum(cardinality(jobs)), 0) from held where reason = $1";

  @RegisterExtension static final Lab lab = new Lab();

  @RegisterExtension
  final Nodes nodes =
      Nodes.beside(lab)
          .with("HTTP_CLIENT_ALLOW_PRIVATE", "true")
          .with("CIRCUIT_MINIMUM_CALLS", "5")
          .with("CIRCUIT_WINDOW", "10")
          .with("CIRCUIT_WAIT", "10m");

  private final Destination destination = new Destination();
  private final List<ChildNode> started = new ArrayList<>();

  @AfterEach
  void close() {
    destination.close();
  }

  @Test
  void what_fails_is_left_alone_by_all_nodes_and_its_jobs_wait_with_all_their_attempts() {
    start();
    open();
    int asked = destination.asked().size();

    var waiting = there().submitAll(Collections.nCopies(30, destination.job()));
    here().submitAll(Collections.nCopies(30, destination.job()));
    var other = new Destination();
    var elsewhere = there().submit(other.job());

    assertThat(there().ended(elsewhere).getString("state")).isEqualTo("SUCCEEDED");
    Lab.until("all are held", () -> held(destination.circuit()) == 60);
    assertThat(destination.asked()).hasSize(asked);
    assertThat(there().job(waiting.getFirst()).getString("state")).isEqualTo("PENDING");
    assertThat(lab.number("select sum(failures) from jobs where state = 'PENDING'")).isZero();
    other.close();

    destination.answers(200);
    post(there(), "/" + destination.circuit() + "/close", "{\"by\": \"ann\", \"why\": \"mended\"}");

    Lab.until("all have ended", () -> jobs("SUCCEEDED") == 61);
    assertThat(circuit().getString("state") + " by " + circuit().getString("by"))
        .isEqualTo("forced_closed by anybody for ann");
  }

  @Test
  void answers_that_say_that_the_request_is_wrong_do_not_open_it() {
    start();
    for (int status : new int[] {404, 408, 429}) {
      destination.answers(status);
      here().submitAll(Collections.nCopies(20, destination.job()));
    }

    Lab.until("all have tried", () -> destination.asked().size() == 60);
    Lab.until("none runs", () -> jobs("RUNNING") + jobs("PENDING") == 0);
    assertThat(here().get("/api/v1/circuits").getJsonArray("items")).isEmpty();
  }

  @Test
  void the_oldest_held_job_tries_and_its_failure_makes_the_wait_longer_and_success_closes() {
    var _ = nodes.with("CIRCUIT_WAIT", "5s");
    start();
    open();
    int before = destination.asked().size();
    var waiting = there().submitAll(Collections.nCopies(40, destination.job()));

    Lab.until("one has tried", () -> destination.asked().size() > before);
    Lab.until("it is open again", () -> circuit().getInteger("openings") == 2);
    assertThat(destination.asked().subList(before, destination.asked().size()))
        .containsExactly(waiting.get(0));
    var again = circuit();
    assertThat(again.getString("state")).isEqualTo("open");
    assertThat(time(again, "until")).isEqualTo(time(again, "opened_at").plusSeconds(10));

    destination.answers(200);
    Lab.until("all others have ended", () -> jobs("SUCCEEDED") == 39);
    assertThat(destination.asked().get(before + 1)).isEqualTo(waiting.get(1));
    Lab.until("it is closed", () -> circuit().getString("state").equals("closed"));
    assertThat(here().job(waiting.get(0)).getString("state")).isEqualTo("RETRYING");
  }

  @Test
  void a_job_whose_node_dies_while_it_tries_tries_again_on_another_node() {
    var _ = nodes.with("CIRCUIT_WAIT", "2s").with("CIRCUIT_PROBE_TIMEOUT", "2s");
    var first = node();
    open();
    int before = destination.asked().size();
    destination.saysNothing();
    here().submitAll(Collections.nCopies(20, destination.job()));
    Lab.until("one tries", () -> destination.asked().size() > before);

    first.process().kill();
    started.clear();
    destination.answers(200);
    node();

    Lab.until("all have ended", () -> jobs("SUCCEEDED") == 20);
    Lab.until("it is closed", () -> circuit().getString("state").equals("closed"));
  }

  @Test
  void a_job_that_tries_and_does_not_end_in_time_is_followed_by_another() {
    var _ = nodes.with("CIRCUIT_WAIT", "5s").with("CIRCUIT_PROBE_TIMEOUT", "2s");
    var _ = nodes.with("EXECUTE_LEASE", "1m");
    start();
    open();
    destination.answers(200);
    destination.saysNothingOnce();
    here().submitAll(Collections.nCopies(20, destination.job()));

    Lab.until("all others have ended", () -> jobs("SUCCEEDED") == 19);
    Lab.until("it is closed", () -> circuit().getString("state").equals("closed"));
    assertThat(jobs("RUNNING")).isOne();
  }

  @Test
  void an_open_circuit_outlives_all_nodes() {
    var first = node();
    open();
    int asked = destination.asked().size();

    first.process().kill();
    started.clear();
    node();
    here().submitAll(Collections.nCopies(10, destination.job()));

    Lab.until("all are held", () -> held(destination.circuit()) == 10);
    assertThat(destination.asked()).hasSize(asked);
  }

  @Test
  void an_operator_holds_a_type_open_for_a_while_and_resets_it() {
    start();
    post(here(), "/type:noop/open", "{\"by\": \"ann\", \"why\": \"a test\"}");
    assertThat(circuits(there())).as("what it has listed it knows").isNotEmpty();
    there().submitAll(Collections.nCopies(500, "{\"type\": \"noop\"}"));
    there()
        .submitAll(
            Collections.nCopies(10, "{\"type\": \"sleep\", \"payload\": {\"duration\": \"1ms\"}}"));

    Lab.until("others have ended", () -> jobs("SUCCEEDED") == 10);
    Lab.until("all are held", () -> held("type:noop") == 500);
    assertThat(lab.number("select count(*) from jobs where type = 'noop' and attempt = 0"))
        .isPositive();

    post(there(), "/type:noop/reset", "");
    Lab.until("all have ended", () -> jobs("SUCCEEDED") == 510);

    var until = Instant.now().plus(Duration.ofHours(1));
    post(here(), "/type:noop/open", "{\"until\": \"" + until + "\"}");
    there().submitAll(Collections.nCopies(20, "{\"type\": \"noop\"}"));
    Lab.until("they are held", () -> held("type:noop") == 20);
    var _ =
        lab.rows("update circuits set until = clock_timestamp(), updated_at = clock_timestamp()");
    Lab.until("the end has come", () -> jobs("SUCCEEDED") == 530);
    assertThat(here().call("POST", "/api/v1/circuits/nonsense/open", "").statusCode())
        .isEqualTo(400);
  }

  @Test
  void a_type_that_is_slow_opens_its_circuit_and_the_meters_show_it() {
    var _ =
        nodes
            .with("CIRCUIT_TYPES", "sleep")
            .with("CIRCUIT_SLOW_RATE", "50")
            .with("CIRCUIT_SLOW_AFTER", "20ms");
    start();
    here()
        .submitAll(
            Collections.nCopies(
                40, "{\"type\": \"sleep\", \"payload\": {\"duration\": \"50ms\"}}"));

    Lab.until("it is open", () -> !items().isEmpty());
    var circuit = items().getFirst();
    assertThat(circuit.getString("circuit") + " " + circuit.getString("state"))
        .isEqualTo("type:sleep open");
    assertThat(circuit.getString("why")).contains("were slow");
    Lab.until(
        "both show it",
        () -> List.of(here(), there()).stream().allMatch(OpeningCircuitsIT::showsAnOpenOne));
  }

  private Api here() {
    return started.getFirst().api();
  }

  private Api there() {
    return started.getLast().api();
  }

  @CanIgnoreReturnValue
  private ChildNode node() {
    var node = nodes.start();
    started.add(node);
    return node;
  }

  private void start() {
    node();
    node();
  }

  /** Has the destination fail until its circuit is open; what it was is in Postgres then. */
  private void open() {
    destination.answers(500);
    here().submitAll(Collections.nCopies(10, destination.job()));
    Lab.until("it is open", () -> !items().isEmpty());
    assertThat(circuit().getString("state")).isEqualTo("open");
    Lab.until(
        "all have tried", () -> destination.asked().size() + held(destination.circuit()) == 10);
    Lab.until("none runs", () -> jobs("RUNNING") == 0);
    assertThat(circuits(there())).as("what it has listed it knows").isNotEmpty();
    var _ = lab.rows("delete from held");
    var _ = lab.rows("delete from jobs where state = 'PENDING'");
  }

  @Test
  void the_list_of_circuits_goes_on_behind_a_cursor() {
    start();
    for (var name : List.of("type:c", "type:a", "type:b")) {
      post(here(), "/" + name + "/open", "{}");
    }

    var first = here().get("/api/v1/circuits?limit=2");
    var cursor = first.getString("next_cursor");
    var second = here().get("/api/v1/circuits?limit=2&cursor=" + cursor);

    assertThat(names(first)).containsExactly("type:a", "type:b");
    assertThat(names(second)).containsExactly("type:c");
    assertThat(second.getString("next_cursor")).isNull();
    assertThat(here().call("GET", "/api/v1/circuits?cursor=x", "").statusCode()).isEqualTo(400);
  }

  private static List<String> names(JsonObject page) {
    return page.getJsonArray("items").stream()
        .map(one -> ((JsonObject) one).getString("circuit"))
        .toList();
  }

  private JsonObject circuit() {
    var only = items();
    assertThat(only).hasSize(1);
    assertThat(only.getFirst().getString("circuit")).isEqualTo(destination.circuit());
    return only.getFirst();
  }

  private List<JsonObject> items() {
    return circuits(here());
  }

  private static List<JsonObject> circuits(Api node) {
    return node.get("/api/v1/circuits").getJsonArray("items").stream()
        .map(JsonObject.class::cast)
        .toList();
  }

  private static boolean showsAnOpenOne(Api node) {
    return node.call("GET", "/metrics", "")
        .body()
        .contains("orchestrix_circuit_state{circuit=\"type:sleep\"} 2.0");
  }

  private static Instant time(JsonObject circuit, String field) {
    return Instant.parse(circuit.getString(field));
  }

  private static void post(Api node, String path, String body) {
    var answer = node.call("POST", "/api/v1/circuits" + path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static long held(String circuit) {
    return lab.number(HELD, "circuit:" + circuit);
  }

  private static long jobs(String state) {
    return lab.number("select count(*) from jobs where state = $1::text::job_state", state);
  }
}
