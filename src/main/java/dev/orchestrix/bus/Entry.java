package dev.orchestrix.bus;

import dev.orchestrix.core.job.Priority;
import java.util.UUID;

/**
 * A job as the streams know it: who it is, which attempt it waits for, whose it is.
 *
 * @param attempt the attempt number its row had when it became ready: the fence of the claim
 */
public record Entry(UUID id, int attempt, String tenant, Priority priority) {

  private static final int ID_LENGTH = 36;

  /** {@code <id><n|h|l> <attempt> <tenant>}: short, because a million of them are stored. */
  public String value() {
    var text = new StringBuilder(64);
    writeTo(text);
    return text.toString();
  }

  /** Appends {@link #value()}. */
  public void writeTo(StringBuilder text) {
    text.append(id).append(letter(priority)).append(' ').append(attempt).append(' ').append(tenant);
  }

  /**
   * Reads {@link #value()} back.
   *
   * @throws RuntimeException if the text is no entry: it was not written by this engine
   */
  public static Entry parse(String value) {
    int space = value.indexOf(' ', ID_LENGTH + 2);
    return new Entry(
        UUID.fromString(value.substring(0, ID_LENGTH)),
        Integer.parseInt(value, ID_LENGTH + 2, space, 10),
        value.substring(space + 1),
        priority(value.charAt(ID_LENGTH)));
  }

  private static char letter(Priority priority) {
    return switch (priority) {
      case HIGH -> 'h';
      case NORMAL -> 'n';
      case LOW -> 'l';
    };
  }

  private static Priority priority(char letter) {
    return switch (letter) {
      case 'h' -> Priority.HIGH;
      case 'n' -> Priority.NORMAL;
      case 'l' -> Priority.LOW;
      default -> throw new IllegalArgumentException("no priority has the letter " + letter);
    };
  }
}
