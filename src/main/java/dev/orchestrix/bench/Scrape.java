package dev.orchestrix.bench;

/** Prometheus' text format, as far as counters need it. */
final class Scrape {

  /** The sum of a counter over all its labels; 0 if it is not there. */
  static long sum(String text, String name) {
    double sum = 0;
    for (int at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length())) {
      if (isSample(text, at, at + name.length())) {
        sum += value(text, at);
      }
    }
    return Math.round(sum);
  }

  /** Comments mention the name too, and a longer name may begin with it. */
  private static boolean isSample(String text, int start, int end) {
    return (start == 0 || text.charAt(start - 1) == '\n')
        && end < text.length()
        && (text.charAt(end) == '{' || text.charAt(end) == ' ');
  }

  private static double value(String text, int start) {
    int newline = text.indexOf('\n', start);
    var line = text.substring(start, newline < 0 ? text.length() : newline);
    return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
  }

  private Scrape() {}
}
