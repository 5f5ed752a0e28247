package dev.orchestrix.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Nodes;
import java.util.ArrayList;
import java.util.Collections;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two tenants that both want all slots of a node. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SharingSlotsByWeightIT {
  @RegisterExtension static final Lab lab = new Lab();

  @RegisterExtension final Nodes nodes = Nodes.beside(lab);

  @Test
  void who_weighs_four_times_as_much_is_done_while_the_other_has_most_of_it_before_it() {
    var _ = lab.rows("insert into tenants (id, weight) values ('one', 1), ('four', 4)");
    var node = nodes.with("EXECUTE_SLOTS", "10").start();
    var jobs = new ArrayList<>(Collections.nCopies(1500, nap("default", 1)));
    for (int i = 0; i < 2000; i++) {
      jobs.add(nap("one", 2));
      jobs.add(nap("four", 2));
    }

    node.api().submitAll(jobs);
    Lab.until("most jobs of four have ended", () -> ended("four") >= 1600);

    assertThat(ended("one")).isBetween(1L, 800L);
    Lab.until("all have ended", () -> ended("one") + ended("four") == 4000);
  }

  private static long ended(String tenant) {
    return lab.number(
        "select count(*) from jobs where state = 'SUCCEEDED' and tenant = $1", tenant);
  }

  private static String nap(String tenant, int millis) {
    return """
    {"tenant": "%s", "type": "sleep", "payload": {"duration": "%dms"}}
    """
        .formatted(tenant, millis)
        .strip();
  }
}
