package dev.orchestrix.config;

import static java.util.Comparator.comparingInt;

import java.util.Collection;
import java.util.Optional;

/** Finds the name that somebody meant. */
final class NearestName {

  /**
   * The name that only lacks its group in {@code written}; or else the one with the fewest letters
   * to change, unless that would be more than a third of them.
   */
  static Optional<String> of(String written, Collection<String> names) {
    var bare = bare(written);
    var inGroup =
        names.stream().filter(name -> name.endsWith("." + bare) || name.endsWith("_" + bare));
    return inGroup
        .findFirst()
        .or(() -> names.stream().min(comparingInt(name -> distance(bare, bare(name)))))
        .filter(name -> isNear(bare, bare(name)));
  }

  /** {@code unknown setting}, and which one may have been meant. */
  static String unknown(String written, Collection<String> names) {
    return of(written, names)
        .map(name -> "unknown setting; did you mean " + name + "?")
        .orElse("unknown setting");
  }

  private static boolean isNear(String written, String name) {
    return name.endsWith(written) || distance(written, name) <= Math.max(2, name.length() / 3);
  }

  private static String bare(String name) {
    return name.startsWith(Setting.PREFIX) ? name.substring(Setting.PREFIX.length()) : name;
  }

  /** Levenshtein's distance, one row of the table at a time. */
  private static int distance(String from, String to) {
    var previous = new int[to.length() + 1];
    for (int column = 0; column <= to.length(); column++) {
      previous[column] = column;
    }
    for (int row = 1; row <= from.length(); row++) {
      var current = new int[to.length() + 1];
      current[0] = row;
      for (int column = 1; column <= to.length(); column++) {
        int change = from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1;
        current[column] =
            Math.min(
                previous[column - 1] + change, 1 + Math.min(previous[column], current[column - 1]));
      }
      previous = current;
    }
    return previous[to.length()];
  }

  private NearestName() {}
}
