package dev.orchestrix.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.ChildNode;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Moves;
import dev.orchestrix.testkit.Nodes;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
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

  @RegisterExtension final Nodes nodes = Nodes.beside(lab);

  @BeforeAll
  static void record() {
    moves = Moves.recordedIn(lab);
  }

  @Test
  void the_jobs_of_a_leader_that_is_killed_are_run_and_no_outcome_counts_twice() {
    var leader = nodes.start();
    var other = nodes.start();
    assertThat(lab.number("select node from leaders")).isEqualTo(leader.number());
    other.api().submitAll(mixed(JOBS));
    Lab.until("half of them have ended", () -> count("SUCCEEDED") >= JOBS / 2);
    Lab.until("the leader runs a long one", () -> runningOn(leader, "\"2s\"") > 0);

    leader.process().kill();

    Lab.until("all have succeeded", () -> count("SUCCEEDED") == JOBS);
    assertThat(moves.forbidden()).isEmpty();
    assertThat(moves.count("RUNNING", "PENDING")).isPositive();
    assertThat(count("RUNNING")).isZero();
  }

  @Test
  void a_node_that_is_asked_to_stop_ends_what_it_runs_and_hands_nothing_back() {
    var _ = nodes.with("EXECUTE_SLOTS", "20").with("EXECUTE_LEASE", "1m");
    var _ = nodes.with("HTTP_CLIENT_ALLOW_PRIVATE", "true");
    var stopped = nodes.start();
    var other = nodes.start();
    try (var destination = new Destination()) {
      destination.saysNothing();
      other.api().submitAll(Collections.nCopies(30, destination.job()));
      Lab.until("both run some", () -> runningOn(stopped, "") > 0 && runningOn(other, "") > 0);

      stopped.process().askToStop();
      destination.answersAll();

      assertThat(stopped.process().exitCode()).as("128 and SIGTERM").isEqualTo(128 + 15);
      assertThat(runningOn(stopped, "")).isZero();
      Lab.until("all have succeeded", () -> count("SUCCEEDED") == 30);
    }
    assertThat(moves.forbidden()).isEmpty();
    assertThat(moves.count("RUNNING", "PENDING")).isZero();
  }

  private static long count(String state) {
    return lab.number("select count(*) from jobs where state::text = $1", state);
  }

  private static long runningOn(ChildNode node, String payload) {
    return lab.number(
        """
        select count(*)
          from jobs
         where state = 'RUNNING' and node = $1 and payload like $2
        """,
        node.number(),
        "%" + payload + "%");
  }

  /** One in twenty takes a while, and one in five hundred is sure to run when its node dies. */
  private static List<String> mixed(int count) {
    var nap = naps("50ms", 1).getFirst();
    var sleep = naps("2s", 1).getFirst();
    return IntStream.range(0, count)
        .mapToObj(i -> i % 500 == 0 ? sleep : i % 20 == 0 ? nap : "{\"type\": \"noop\"}")
        .toList();
  }

  private static List<String> naps(String duration, int count) {
    var job = "{\"type\": \"sleep\", \"payload\": {\"duration\": \"" + duration + "\"}}";
    return Collections.nCopies(count, job);
  }
}
