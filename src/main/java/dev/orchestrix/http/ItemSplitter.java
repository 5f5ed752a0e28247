package dev.orchestrix.http;

import java.util.Arrays;

/**
 * Cuts a body that arrives in pieces into the items of a batch. Holds no more of it than one item
 * that is not complete.
 */
abstract sealed class ItemSplitter permits ArraySplitter, LineSplitter {
  private static final byte[] NOTHING = {};
  private static final int WORTH_KEEPING = 64 * 1024;

  private final ItemSink sink;
  private final int longest;
  private byte[] held = NOTHING;
  private int length;
  private boolean overflow;

  /**
   * @param longest most bytes of an item
   */
  ItemSplitter(ItemSink sink, int longest) {
    this.sink = sink;
    this.longest = longest;
  }

  /**
   * Takes the next piece of the body.
   *
   * @throws JsonFault when what lies between the items cannot be read: no item after this one will
   *     be found
   */
  abstract void feed(byte[] piece) throws JsonFault;

  /**
   * Says that there are no more pieces.
   *
   * @throws JsonFault when the body has ended too early
   */
  abstract void end() throws JsonFault;

  /** Keeps the bytes of an item that goes on in the next piece. */
  final void hold(byte[] piece, int from, int to) {
    int more = to - from;
    if (overflow || more > longest - length) {
      overflow = true;
      held = NOTHING;
      length = 0;
      return;
    }
    if (held.length < length + more) {
      held = Arrays.copyOf(held, Math.max(length + more, Math.min(longest, held.length * 2)));
    }
    System.arraycopy(piece, from, held, length, more);
    length += more;
  }

  /** Passes on the item that ends with these bytes. */
  final void complete(byte[] piece, int from, int to) {
    if (length == 0 && !overflow && to - from <= longest) {
      sink.item(piece, from, to);
      return;
    }
    hold(piece, from, to);
    if (overflow) {
      sink.tooLong();
    } else {
      sink.item(held, 0, length);
    }
    drop();
  }

  /** Whether there is nothing of an item yet, or only whitespace. */
  final boolean blank() {
    for (int i = 0; i < length; i++) {
      if (!JsonScanner.isWhitespace(held[i])) {
        return false;
      }
    }
    return !overflow;
  }

  /** Forgets what was kept. */
  final void drop() {
    length = 0;
    overflow = false;
    if (held.length > WORTH_KEEPING) {
      held = NOTHING;
    }
  }
}
