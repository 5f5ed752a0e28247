package dev.orchestrix.bus;

import dev.orchestrix.core.job.Priority;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job as the streams know it: who it is, which attempt it waits for, whose it is.
 *
 * @param attempt the attempt number its row had when it became ready: the fence of the claim
 * @param marks what its limits need to know of it, or null when nobody asks
 * @param paid a letter for each limit that it holds a token or a slot of; see {@code admit.lua}
 */
public record Entry(
    UUID id, int attempt, String tenant, Priority priority, @Nullable Marks marks, String paid) {

  private static final int ID_LENGTH = 36;
  private static final char PAID = '\t';

  /** More letters than there are limits. */
  private static final int MOST_PAID = 8;

  /** An entry that nothing is asked about. */
  public Entry(UUID id, int attempt, String tenant, Priority priority) {
    this(id, attempt, tenant, priority, null, "");
  }

  /** The same entry with marks. */
  public Entry with(Marks marked) {
    return new Entry(id, attempt, tenant, priority, marked, paid);
  }

  /**
   * {@code <id><n|h|l> <attempt> <tenant>}, with marks {@code <type> <cost> <rate key>} behind it:
   * short, because a million of them are stored. What is paid is written by scripts alone.
   */
  public String value() {
    var text = new StringBuilder(64);
    writeTo(text);
    return text.toString();
  }

  /** What it holds slots by: the beginning of {@link #value()}, which no later attempt shares. */
  public String holder() {
    return holder(id, priority, attempt);
  }

  /** The same of the entry from which an attempt was claimed. */
  public static String holder(UUID id, Priority priority, int attempt) {
    return id.toString() + letter(priority) + ' ' + attempt;
  }

  /** Appends {@link #value()}. */
  public void writeTo(StringBuilder text) {
    text.append(id).append(letter(priority)).append(' ').append(attempt).append(' ').append(tenant);
    if (marks != null) {
      text.append(' ').append(marks.type()).append(' ').append(marks.cost());
      if (marks.rateKey() != null) {
        text.append(' ').append(marks.rateKey());
      }
    }
  }

  /**
   * Reads {@link #value()} back, and what a script has put behind it.
   *
   * @throws RuntimeException if the text is no entry: it was not written by this engine
   */
  public static Entry parse(String value) {
    int space = value.indexOf(' ', ID_LENGTH + 2);
    int end = end(value);
    int behind = value.indexOf(' ', space + 1);
    return new Entry(
        UUID.fromString(value.substring(0, ID_LENGTH)),
        Integer.parseInt(value, ID_LENGTH + 2, space, 10),
        value.substring(space + 1, behind < 0 ? end : behind),
        priority(value.charAt(ID_LENGTH)),
        behind < 0 ? null : marks(value, behind + 1, end),
        end == value.length() ? "" : value.substring(end + 1));
  }

  /** Where the letters of what is paid begin; where the text ends if there are none. */
  private static int end(String value) {
    for (int i = value.length() - 1; i >= value.length() - MOST_PAID; i--) {
      if (value.charAt(i) == PAID) {
        return i;
      }
    }
    return value.length();
  }

  private static Marks marks(String value, int from, int end) {
    int type = value.indexOf(' ', from);
    int cost = value.indexOf(' ', type + 1);
    boolean keyed = cost >= 0 && cost < end;
    return new Marks(
        value.substring(from, type),
        Integer.parseInt(value, type + 1, keyed ? cost : end, 10),
        keyed ? value.substring(cost + 1, end) : null);
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
