package dev.orchestrix.bus;

/**
 * A job whose entry was read from a stream and is pending there until all of its jobs are
 * acknowledged.
 *
 * @param stream 0 for the admitted stream, 1..3 for the high, normal and low one
 * @param position the entry's id in that stream
 * @param of how many jobs that entry holds, 1 or more
 */
public record Delivery(int stream, String position, int of, Entry entry) {

  /** The only job of its entry. */
  public Delivery(int stream, String position, Entry entry) {
    this(stream, position, 1, entry);
  }
}
