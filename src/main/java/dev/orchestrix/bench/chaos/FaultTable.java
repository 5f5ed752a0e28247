package dev.orchestrix.bench.chaos;

import dev.orchestrix.bench.chaos.ChaosResult.FaultRow;
import dev.orchestrix.bench.chaos.ChaosResult.Happened;
import dev.orchestrix.bench.chaos.History.Move;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What each fault did to the pace of the cluster, read from the moves. */
final class FaultTable {
  private final Map<UUID, Instant> begun = new HashMap<>();
  private final Map<UUID, Instant> ended = new HashMap<>();
  private final Instant begin;
  private final Recovery recovery;

  /**
   * @param begin of the load
   */
  FaultTable(List<Move> moves, Instant begin) {
    this.begin = begin;
    for (var move : moves) {
      if (move.from() == null) {
        begun.put(move.job(), move.at());
      }
      if (move.ends()) {
        ended.put(move.job(), move.at());
      }
    }
    this.recovery = new Recovery(ended.values());
  }

  List<FaultRow> rows(List<Happened> faults) {
    var rows = new ArrayList<FaultRow>();
    for (int i = 0; i < faults.size(); i++) {
      var next = i + 1 < faults.size() ? faults.get(i + 1).begin() : lastEnd();
      rows.add(row(faults.get(i), next));
    }
    return rows;
  }

  private FaultRow row(Happened fault, Instant next) {
    var planned = fault.planned();
    return new FaultRow(
        Duration.between(begin, fault.begin()),
        planned.kind(),
        planned.kind().aboutANode() ? Optional.of(planned.node()) : Optional.empty(),
        Duration.between(fault.begin(), fault.end()),
        recovery.rateBefore(fault.begin()),
        recovery.after(fault.begin(), fault.end(), next),
        slowest(fault.begin().minusSeconds(1), fault.end()));
  }

  private Instant lastEnd() {
    return ended.values().stream().max(Instant::compareTo).orElse(begin);
  }

  private Duration slowest(Instant from, Instant to) {
    var slowest = Duration.ZERO;
    for (var job : begun.entrySet()) {
      var end = ended.get(job.getKey());
      if (end != null && !job.getValue().isBefore(from) && job.getValue().isBefore(to)) {
        var took = Duration.between(job.getValue(), end);
        slowest = took.compareTo(slowest) > 0 ? took : slowest;
      }
    }
    return slowest;
  }
}
