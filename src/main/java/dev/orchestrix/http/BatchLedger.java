package dev.orchestrix.http;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of the items of one batch: 17 bytes an item, and words for the first refusals only.
 */
final class BatchLedger {
  /** Refusals beyond these are told by their code alone. */
  private static final int MOST_PROBLEMS = 1_000;

  private static final List<ProblemCode> CODES = List.of(ProblemCode.values());
  private static final byte OPEN = -2;
  private static final byte ACCEPTED = -1;

  private final Map<Integer, Problem> problems = new HashMap<>();
  private long[] ids = new long[128];
  private byte[] fates = new byte[64];
  private int items;
  private int accepted;
  private int rejected;

  /** Begins an item: its index. */
  int open() {
    if (items == fates.length) {
      fates = Arrays.copyOf(fates, items * 2);
      ids = Arrays.copyOf(ids, items * 4);
    }
    fates[items] = OPEN;
    return items++;
  }

  void accept(int index, UUID id) {
    fates[index] = ACCEPTED;
    ids[2 * index] = id.getMostSignificantBits();
    ids[2 * index + 1] = id.getLeastSignificantBits();
    accepted++;
  }

  void reject(int index, Problem problem) {
    fates[index] = (byte) CODES.indexOf(problem.code());
    rejected++;
    if (problems.size() < MOST_PROBLEMS) {
      problems.put(index, problem);
    }
  }

  int items() {
    return items;
  }

  int accepted() {
    return accepted;
  }

  int rejected() {
    return rejected;
  }

  /** Items that are neither accepted nor rejected yet. */
  int unanswered() {
    return items - accepted - rejected;
  }

  /** Whether every item was rejected with that code. */
  boolean allRejected(ProblemCode code) {
    int fate = CODES.indexOf(code);
    for (int i = 0; i < items; i++) {
      if (fates[i] != fate) {
        return false;
      }
    }
    return items > 0;
  }

  /** The id of an item that was accepted, or null for any other. */
  @Nullable UUID id(int index) {
    return fates[index] == ACCEPTED ? new UUID(ids[2 * index], ids[2 * index + 1]) : null;
  }

  /** Why an item was rejected, or null if it was not. */
  @Nullable Problem rejection(int index) {
    if (fates[index] < 0) {
      return null;
    }
    var told = problems.get(index);
    var code = CODES.get(fates[index]);
    return told != null ? told : Problem.of(code, code.title());
  }
}
