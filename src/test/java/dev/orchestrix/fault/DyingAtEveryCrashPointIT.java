package dev.orchestrix.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bench.chaos.CrashTour;
import dev.orchestrix.core.fault.CrashPoint;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Real processes that die between two effects, and others that go on. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class DyingAtEveryCrashPointIT {

  @Test
  void no_job_is_lost_or_run_wrongly_wherever_a_node_dies() {
    var result = CrashTour.run(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"), _ -> {});

    assertThat(result.exits()).containsOnlyKeys(CrashPoint.values());
    assertThat(result.exits().values()).as("%s", result.exits()).containsOnly(CrashPoint.EXIT_CODE);
    assertThat(result.verdicts()).isEmpty();
    assertThat(result.left().stream()).allMatch(one -> one.getValue().equals(0L));
    assertThat(result.accepted()).isPositive();
  }
}
