package dev.orchestrix.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.ChildNode;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Moves;
import dev.orchestrix.testkit.Nodes;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One of two nodes, each a process, ends while there is much to do. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LosingANodeIT {
  /** More of them with {@code -Dlosing.jobs=100000}. */
  private static final int JOBS = Integer.getInteger("losing.jobs", 20_000);

  @RegisterExtension static final Lab lab = new Lab();

  @SuppressWarnings("NullAway.Init")
  private static Moves moves;

  @RegisterExtension
  final Nodes nodes = Nodes.beside(lab).with("HTTP_CLIENT_ALLOW_PRIVATE", "true");

  private final Destination destination = new Destination();

  @AfterEach
  void close() {
    destination.close();
  }

  @BeforeAll
  static void record() {
    moves = Moves.recordedIn(lab);
  }

  @Test
  void the_jobs_of_a_leader_that_is_killed_are_run_and_no_outcome_counts_twice() {
    var leader = nodes.start();
    var other = nodes.start();
    assertThat(lab.number("select node from leaders")).isEqualTo(leader.number());
    destination.saysNothing();
    other.api().submitAll(mixed(JOBS));
    Lab.until("half of them have ended", () -> count("SUCCEEDED") >= JOBS / 2);
    Lab.until("the leader runs one that does not end", () -> runningOn(leader) > 0);

    leader.process().kill();
    destination.answersAll();

    Lab.until("all have succeeded", () -> count("SUCCEEDED") == JOBS);
    assertThat(moves.forbidden()).isEmpty();
    assertThat(moves.count("RUNNING", "PENDING")).isPositive();
    assertThat(count("RUNNING")).isZero();
  }

  @Test
  void a_node_that_is_asked_to_stop_ends_what_it_runs_and_hands_nothing_back() {
    var _ = nodes.with("EXECUTE_SLOTS", "20").with("EXECUTE_LEASE", "1m");
    var stopped = nodes.start();
    var other = nodes.start();
    destination.saysNothing();
    other.api().submitAll(Collections.nCopies(30, destination.job()));
    Lab.until("both run some", () -> runningOn(stopped) > 0 && runningOn(other) > 0);

    stopped.process().askToStop();
    destination.answersAll();

    assertThat(stopped.process().exitCode()).as("128 and SIGTERM").isEqualTo(128 + 15);
    assertThat(runningOn(stopped)).isZero();
    Lab.until("all have succeeded", () -> count("SUCCEEDED") == 30);
    assertThat(moves.forbidden()).isEmpty();
    assertThat(moves.count("RUNNING", "PENDING")).isZero();
  }

  private static long count(String state) {
    return lab.number("select count(*) from jobs where state::text = $1", state);
  }

  /** Jobs that call the destination and run on this node. */
  private static long runningOn(ChildNode node) {
    return lab.number(
        "select count(*) from jobs where state = 'RUNNING' and type = 'http' and node = $1",
        node.number());
  }

  /** One in twenty takes a while, and one in five hundred calls the destination. */
  private List<String> mixed(int count) {
    var nap = "{\"type\": \"sleep\", \"payload\": {\"duration\": \"50ms\"}}";
    return IntStream.range(0, count)
        .mapToObj(
            i -> i % 500 == 0 ? destination.job() : i % 20 == 0 ? nap : "{\"type\": \"noop\"}")
        .toList();
  }
}
