package dev.orchestrix.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Api;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Nodes;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two tenants that both want all slots of a node. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SharingSlotsByWeightIT {
  @RegisterExtension static final Lab lab = new Lab();

  @RegisterExtension final Nodes nodes = Nodes.beside(lab);

  private Api api;
  private List<String> napping;

  /** What is submitted now waits until all of it is there. */
  @BeforeEach
  void takeAllSlots() {
    var _ =
        lab.rows(
            """
            insert into tenants (id, weight)
            values ('one', 1), ('four', 4), ('heavy', 1), ('light', 1)
            """);
    api = nodes.with("EXECUTE_SLOTS", "10").start().api();
    napping = api.submitAll(Collections.nCopies(10, nap("default", 60_000)));
    Lab.until("no slot is free", () -> jobs("state = 'RUNNING'") == 10);
  }

  @Test
  void who_weighs_four_times_as_much_is_done_while_the_other_has_most_of_it_before_it() {
    var both = new ArrayList<String>();
    for (int i = 0; i < 2000; i++) {
      both.add(nap("one", 2));
      both.add(nap("four", 2));
    }

    var _ = api.submitAll(both);
    giveSlotsBack();
    Lab.until("all have ended", () -> jobs("state = 'SUCCEEDED'") == both.size());

    assertThat(doneBy("one", lastOf("four", 1600))).isBetween(1L, 800L);
  }

  @Test
  void who_submits_very_many_at_once_where_nobody_waits_goes_before_others_with_few_of_them() {
    var _ = api.submitAll(Collections.nCopies(4000, nap("heavy", 2)));
    var _ = api.submit(nap("light", 2));
    giveSlotsBack();
    Lab.until("all have ended", () -> jobs("state = 'SUCCEEDED'") == 4001);

    assertThat(doneBy("heavy", lastOf("light", 1))).isLessThan(500);
  }

  private void giveSlotsBack() {
    napping.forEach(id -> api.call("DELETE", "/api/v1/jobs/" + id));
  }

  private static OffsetDateTime lastOf(String tenant, int jobs) {
    return lab.rows(
            """
            select finished_at from jobs where tenant = $1
             order by finished_at offset $2 limit 1
            """,
            tenant,
            jobs - 1)
        .getFirst()
        .getOffsetDateTime(0);
  }

  private static long doneBy(String tenant, OffsetDateTime time) {
    return lab.number(
        "select count(*) from jobs where tenant = $1 and finished_at <= $2", tenant, time);
  }

  private static long jobs(String which) {
    return lab.number("select count(*) from jobs where " + which);
  }

  private static String nap(String tenant, int millis) {
    return """
    {"tenant": "%s", "type": "sleep", "payload": {"duration": "%dms"}}
    """
        .formatted(tenant, millis)
        .strip();
  }
}
