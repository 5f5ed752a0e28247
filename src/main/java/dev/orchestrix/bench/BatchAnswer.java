package dev.orchestrix.bench;

/**
 * What {@code POST /jobs/batch} answered, read without making a tree of it.
 *
 * @param lowest the smallest id, as text; ids sort as their texts do
 */
record BatchAnswer(int accepted, String lowest, String highest) {
  private static final String ACCEPTED = "\"accepted\":";
  private static final String IDS = "\"ids\":[";
  private static final int ID_LENGTH = 36;

  /**
   * Reads an answer.
   *
   * @throws BenchException if it has no accepted jobs
   */
  static BatchAnswer parse(String body) {
    int accepted = number(body, body.indexOf(ACCEPTED) + ACCEPTED.length());
    int ids = body.indexOf(IDS);
    if (accepted == 0 || ids < 0) {
      throw new BenchException(
          "No job was accepted: " + body.substring(0, Math.min(300, body.length())));
    }
    return withIds(accepted, body, ids + IDS.length());
  }

  /** Both taken together. */
  BatchAnswer and(BatchAnswer other) {
    return new BatchAnswer(
        accepted + other.accepted,
        lowest.compareTo(other.lowest) <= 0 ? lowest : other.lowest,
        highest.compareTo(other.highest) >= 0 ? highest : other.highest);
  }

  private static BatchAnswer withIds(int accepted, String body, int start) {
    String lowest = null;
    String highest = null;
    int end = body.indexOf(']', start);
    for (int quote = body.indexOf('"', start);
        quote >= 0 && quote + ID_LENGTH < end;
        quote = body.indexOf('"', quote + ID_LENGTH + 2)) {
      var id = body.substring(quote + 1, quote + 1 + ID_LENGTH);
      lowest = lowest == null || id.compareTo(lowest) < 0 ? id : lowest;
      highest = highest == null || id.compareTo(highest) > 0 ? id : highest;
    }
    if (lowest == null || highest == null) {
      throw new BenchException("Accepted jobs without ids");
    }
    return new BatchAnswer(accepted, lowest, highest);
  }

  private static int number(String body, int start) {
    int number = 0;
    for (int at = start; at < body.length() && Character.isDigit(body.charAt(at)); at++) {
      number = number * 10 + Character.digit(body.charAt(at), 10);
    }
    return number;
  }
}
