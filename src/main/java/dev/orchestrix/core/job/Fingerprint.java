package dev.orchestrix.core.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says which failures have the same cause, so that a thousand dead letters are read as the three
 * things that went wrong.
 *
 * <p>Made of what stays the same when one cause strikes another job: the type, the category, the
 * message without what names this one job (ids, numbers, times, quoted values), and where in the
 * code it happened, by class and method. Not by line, since a fingerprint is to outlive a change
 * elsewhere in the file. Sixteen hex digits: among a million causes two would be taken for one with
 * a chance of three in a hundred million.
 *
 * @param text 16 hex digits, stored and sent to clients: how it is made never changes
 */
public record Fingerprint(String text) {
  private static final int LONGEST_MESSAGE = 1000;
  private static final int MOST_LINES = 2000;
  private static final int FRAMES = 5;
  private static final int CAUSES = 5;
  private static final int DIGITS = 16;
  private static final String FRAME = "at ";
  private static final String CAUSE = "Caused by: ";

  /** What the compiler and the JVM give out: {@code lambda$run$0}, {@code Lambda/0x0007fd3}. */
  private static final Pattern GIVEN_OUT =
      Pattern.compile("(Lambda|\\$)[/$.0-9]*(?:0x[0-9a-f]+|\\d+)");

  private record Placeholder(Pattern pattern, String text) {
    static Placeholder of(String expression, String text) {
      return new Placeholder(Pattern.compile(expression), text);
    }
  }

  /** From the most telling to the least: what is left for a later one is no part of another. */
  private static final List<Placeholder> PLACEHOLDERS =
      List.of(
          Placeholder.of("\"[^\"]*+\"", "<text>"),
          Placeholder.of("(?<![A-Za-z0-9])'[^']*+'", "<text>"),
          Placeholder.of("\\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\\b", "<id>"),
          Placeholder.of(
              "\\b\\d{4}-\\d\\d-\\d\\d(?:[T ]\\d\\d:\\d\\d(?::\\d\\d(?:[.,]\\d+)?)?)?"
                  + "(?:Z|[+-]\\d\\d:?\\d\\d)?",
              "<time>"),
          Placeholder.of("\\b\\d{1,2}:\\d\\d(?::\\d\\d(?:[.,]\\d+)?)?\\b", "<time>"),
          Placeholder.of("\\b0[xX][0-9a-fA-F]+\\b", "<hex>"),
          Placeholder.of("\\b(?=[a-fA-F]*+\\d)[0-9a-fA-F]{8,}\\b", "<hex>"),
          Placeholder.of("\\d+(?:[.,]\\d+)*", "<n>"));

  /**
   * The fingerprint of a failure that the engine itself decided, such as POISON: one for each type.
   */
  public static Fingerprint of(String type, ErrorCategory category) {
    return hashed(type + '\n' + category.name());
  }

  /**
   * The fingerprint of a failed attempt.
   *
   * @param message any text; its first 1000 characters count
   * @param stack as {@link Throwable#printStackTrace()} prints it, or null when that says nothing
   */
  public static Fingerprint of(
      String type, ErrorCategory category, String message, @Nullable String stack) {
    var text = new StringBuilder(type).append('\n').append(category.name());
    text.append('\n').append(alike(message));
    if (stack != null) {
      places(stack, text);
    }
    return hashed(text.toString());
  }

  /** The message with placeholders for what differs from job to job. */
  static String alike(String message) {
    var text =
        message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE);
    for (var placeholder : PLACEHOLDERS) {
      text = placeholder.pattern.matcher(text).replaceAll(placeholder.text);
    }
    return text.strip();
  }

  /** The top frames of the failure, and of each cause its class and where it began. */
  private static void places(String stack, StringBuilder to) {
    int causes = 0;
    int room = FRAMES;
    for (var line : (Iterable<String>) stack.lines().limit(MOST_LINES)::iterator) {
      var text = line.strip();
      if (text.startsWith(CAUSE) && causes < CAUSES) {
        causes++;
        room = 1;
        to.append('\n').append(className(text.substring(CAUSE.length())));
      } else if (text.startsWith(FRAME) && room > 0) {
        room--;
        to.append('\n').append(method(text.substring(FRAME.length())));
      }
    }
  }

  private static String className(String thrown) {
    int end = thrown.indexOf(':');
    return end < 0 ? thrown : thrown.substring(0, end);
  }

  /** Without file and line. */
  private static String method(String frame) {
    int end = frame.indexOf('(');
    var name = end < 0 ? frame : frame.substring(0, end);
    return GIVEN_OUT.matcher(name).replaceAll("$1");
  }

  private static Fingerprint hashed(String text) {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return new Fingerprint(HexFormat.of().formatHex(hash).substring(0, DIGITS));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JVM has SHA-256", impossible);
    }
  }
}
