package dev.orchestrix.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bench.chaos.ChaosOptions;
import dev.orchestrix.bench.chaos.ChaosRun;
import dev.orchestrix.bench.chaos.FaultKind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Three real nodes under load, each fault once: the short form of {@code bench chaos}. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SurvivingFaultsIT {
  private static final Duration LEASE = Duration.ofSeconds(3);

  @Test
  void no_job_is_lost_or_run_wrongly_whatever_fails() {
    var seed = Long.getLong("chaos.seed", 7);

    var result = ChaosRun.run(options(seed), _ -> {});

    assertThat(result.verdicts()).as("seed %d: %s", seed, result).isEmpty();
    assertThat(result.passed()).as("seed %d: left %s", seed, result.left()).isTrue();
    assertThat(result.accepted()).as("seed %d", seed).isGreaterThan(result.jobs() / 2);
    assertThat(result.lostWrites().stream())
        .as("lost answers %s", result.lostWrites())
        .allMatch(one -> (Integer) one.getValue() > 0);
    assertThat(result.faults()).hasSize(FaultKind.values().length);
  }

  private static ChaosOptions options(long seed) {
    return new ChaosOptions(
        5_000,
        3,
        seed,
        List.of(FaultKind.values()),
        Duration.ofSeconds(3),
        Duration.ofSeconds(70),
        Duration.ofSeconds(1),
        Duration.ofMillis(500),
        LEASE,
        Duration.ofSeconds(60),
        Duration.ofSeconds(2),
        List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
  }
}
