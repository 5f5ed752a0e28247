package dev.orchestrix.bench.chaos;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.regex.Pattern;

/** What nodes count of themselves. */
final class NodeCounters {
  private static final Pattern VIOLATION =
      Pattern.compile(
          "^orchestrix_invariant_violations_total\\{[^}]*invariant=\"([^\"]+)\"[^}]*} ([0-9.E+]+)$",
          Pattern.MULTILINE);

  /** Violations that the nodes which run now have seen, by what was violated. */
  static JsonObject violations(List<ChaosNode> nodes) {
    var sums = new JsonObject();
    for (var node : nodes) {
      add(node.get("/metrics"), sums);
    }
    return sums;
  }

  /** Adds what one node's meters say. */
  static void add(String meters, JsonObject sums) {
    var found = VIOLATION.matcher(meters);
    while (found.find()) {
      long count = Math.round(Double.parseDouble(found.group(2)));
      sums.put(found.group(1), sums.getLong(found.group(1), 0L) + count);
    }
  }

  private NodeCounters() {}
}
