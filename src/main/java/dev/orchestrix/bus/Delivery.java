package dev.orchestrix.bus;

/**
 * An entry that was read from a stream and is pending there until it is acknowledged.
 *
 * @param stream 0 for the admitted stream, 1..3 for the high, normal and low one
 * @param position the entry's id in that stream
 */
public record Delivery(int stream, String position, Entry entry) {}
