package dev.orchestrix.node;

import dev.orchestrix.testkit.ChildNode;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Nodes;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes are processes here, and each has few slots, so that no one of them can run everything. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SharingWorkBetweenNodesIT {
  @RegisterExtension static final Lab lab = new Lab();

  @RegisterExtension final Nodes nodes = Nodes.beside(lab).with("EXECUTE_SLOTS", "8");

  @Test
  void a_node_that_joins_later_runs_its_share() {
    var first = nodes.start();
    first.api().submitAll(naps("200ms", 2000));
    Lab.until("the first node runs jobs", () -> ranOn(first) > 0);

    var second = nodes.start();

    Lab.until("the second node has run jobs", () -> endedOn(second) > 8);
    long before = endedOn(first);
    Lab.until("the first node runs jobs beside it", () -> endedOn(first) > before);
  }

  @Test
  void each_role_may_be_on_a_node_of_its_own() {
    var http = nodes.start("http");
    var _ = nodes.start("dispatcher,scheduler");
    var executor = nodes.start("executor");

    http.api().submitAll(naps("10ms", 100));
    http.api().submit("{\"type\": \"noop\", \"delay\": \"500ms\"}");

    Lab.until("the executor has run them all", () -> endedOn(executor) == 101);
  }

  private static long ranOn(ChildNode node) {
    return lab.number("select count(*) from jobs where node = $1", node.number());
  }

  private static long endedOn(ChildNode node) {
    return lab.number(
        "select count(*) from jobs where node = $1 and state = 'SUCCEEDED'", node.number());
  }

  private static List<String> naps(String duration, int count) {
    var job = "{\"type\": \"sleep\", \"payload\": {\"duration\": \"" + duration + "\"}}";
    return Collections.nCopies(count, job);
  }
}
