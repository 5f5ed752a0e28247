package dev.orchestrix.embedded;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns what a server said before it gave up into what to do about it. */
final class Diagnosis {
  /** {@code advice} may refer to the groups of {@code sign}; the first sign found wins. */
  private record Cause(Pattern sign, String advice) {}

  private static final int LINES_SHOWN = 6;

  private static final List<Cause> CAUSES =
      List.of(
          cause(
              "No space left on device|Disk quota exceeded",
              "The disk is full. Free some space and start again."),
          cause(
              "error while loading shared libraries: ([^:\\s]+)",
              "The library $1 is missing or damaged. Install the package that holds it and start"
                  + " again."),
          cause(
              "Library not loaded: (\\S+)",
              "The library $1 is missing or damaged. Install the package that holds it and start"
                  + " again."),
          cause(
              "version `(\\S+)' not found",
              "The system's C library is older than $1, which this program needs. Use a newer"
                  + " system."),
          cause(
              "Read-only file system",
              "The file system is mounted read-only. Choose another folder or mount it writable."),
          cause(
              "has (?:invalid permissions|wrong ownership)",
              "Its owner or permissions were changed. It must belong to the user who starts the"
                  + " server and be closed to all others (mode 0700)."),
          cause(
              "Permission denied|Operation not permitted",
              "The user who runs the server may not use these files. Every folder above must let"
                  + " that user in; choose another folder or change the permissions."),
          cause(
              "pre-existing shared memory block",
              "Processes of an earlier Postgres still use the folder. End them and start again."),
          cause(
              "Cannot allocate memory|could not map anonymous shared memory",
              "There is not enough free memory. Free some and start again."),
          cause(
              "could not create shared memory segment|could not create semaphores",
              "The kernel's limits for shared memory are too low. Raise them (sysctl kern.sysv or"
                  + " kernel.shm*) and start again."),
          cause(
              "configuration file .* contains errors|unrecognized configuration parameter",
              "A setting is not understood. Correct postgresql.conf or postgresql.auto.conf in this"
                  + " folder and start again."),
          cause(
              "could not locate a valid checkpoint record|invalid checkpoint|invalid page",
              "The files are damaged, as by a failing disk or a copy made while the server ran."
                  + " Keep the folder and restore a backup."));

  /**
   * One paragraph: which server, in which folder, why as far as its words tell, and its last words.
   */
  static String of(String server, Path folder, String output) {
    var known = advice(output);
    var advice = known.isEmpty() ? "Its log says why; the data was not changed." : known;
    return "%s did not start in %s. %s It said: %s"
        .formatted(server, folder, advice, lastWords(output));
  }

  /** The reason with the advice that fits it, if one does. */
  static String sentence(String reason) {
    var advice = advice(reason);
    return advice.isEmpty() ? reason : advice;
  }

  private static String advice(String output) {
    return CAUSES.stream()
        .map(cause -> advice(cause, cause.sign.matcher(output)))
        .filter(advice -> !advice.isEmpty())
        .findFirst()
        .orElse("");
  }

  private static String advice(Cause cause, Matcher found) {
    if (!found.find()) {
      return "";
    }
    return found.groupCount() == 0 ? cause.advice : cause.advice.replace("$1", found.group(1));
  }

  private static String lastWords(String output) {
    var lines = output.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    if (lines.isEmpty()) {
      return "nothing.";
    }
    return String.join(" | ", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
  }

  private static Cause cause(String sign, String advice) {
    return new Cause(Pattern.compile(sign, CASE_INSENSITIVE), advice);
  }

  private Diagnosis() {}
}
