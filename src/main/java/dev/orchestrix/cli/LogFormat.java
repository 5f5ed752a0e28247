package dev.orchestrix.cli;

import java.util.List;

/** Chooses how the log is written, before the first line of it. */
final class LogFormat {

  /** Names one of the appenders in {@code logback.xml}. */
  private static final String PROPERTY = "orchestrix.log.format";

  /** A node's log is for machines unless somebody says otherwise; all others are for people. */
  static void choose(String[] arguments) {
    var wanted = System.getenv("ORCHESTRIX_LOG_FORMAT");
    boolean node = arguments.length > 0 && arguments[0].equals("node");
    var format = wanted == null ? (node ? "json" : "text") : wanted;
    System.setProperty(PROPERTY, List.of("json", "text").contains(format) ? format : "text");
  }

  private LogFormat() {}
}
