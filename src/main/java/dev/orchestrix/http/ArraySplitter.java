package dev.orchestrix.http;

/**
 * Cuts a JSON array at its commas. Looks inside an item only for its end, so an item that is wrong
 * in itself is passed on like any other, as long as its quotes and brackets pair.
 */
final class ArraySplitter extends ItemSplitter {

  private enum Place {
    BEFORE_ARRAY,
    BEFORE_FIRST,
    BEFORE_NEXT,
    IN_ITEM,
    AFTER_ITEM,
    AFTER_ARRAY
  }

  private Place place = Place.BEFORE_ARRAY;
  private int depth;
  private boolean quoted;
  private boolean escaped;
  private long before;

  ArraySplitter(ItemSink sink, int longest) {
    super(sink, longest);
  }

  @Override
  void feed(byte[] piece) throws JsonFault {
    int at = 0;
    while (at < piece.length) {
      if (place == Place.IN_ITEM) {
        at = item(piece, at);
      } else if (JsonScanner.isWhitespace(piece[at])) {
        at++;
      } else {
        at += between(piece[at], before + at);
      }
    }
    before += piece.length;
  }

  @Override
  void end() throws JsonFault {
    if (place == Place.BEFORE_ARRAY) {
      throw new JsonFault(ProblemCode.EMPTY_BODY, "expected a JSON array of jobs");
    }
    if (place != Place.AFTER_ARRAY) {
      throw new JsonFault(ProblemCode.INVALID_BATCH, "the array is not closed at the end");
    }
  }

  /** Takes a byte that is in no item, or leaves it: the first one of an item. */
  private int between(byte b, long position) throws JsonFault {
    boolean opensItem = b != ',' && b != ']' && b != '}' && b != ':';
    switch (place) {
      case BEFORE_ARRAY -> place = expect(b == '[', Place.BEFORE_FIRST, "an array", position);
      case BEFORE_FIRST -> {
        if (b == ']') {
          place = Place.AFTER_ARRAY;
        } else {
          place = expect(opensItem, Place.IN_ITEM, "a job or ]", position);
          return 0;
        }
      }
      case BEFORE_NEXT -> {
        place = expect(opensItem, Place.IN_ITEM, "a job", position);
        return 0;
      }
      case AFTER_ITEM -> {
        boolean more = b == ',';
        var next = more ? Place.BEFORE_NEXT : Place.AFTER_ARRAY;
        place = expect(more || b == ']', next, "a comma or ]", position);
      }
      case AFTER_ARRAY -> place = expect(false, place, "nothing after the array", position);
      case IN_ITEM -> throw new IllegalStateException("a byte of an item is not between items");
    }
    return 1;
  }

  private static Place expect(boolean met, Place next, String what, long position)
      throws JsonFault {
    if (!met) {
      throw new JsonFault(ProblemCode.INVALID_BATCH, "expected " + what + " at byte " + position);
    }
    return next;
  }

  /** Reads on in an item: the place after it, or after the piece when it goes on in the next. */
  private int item(byte[] piece, int from) {
    for (int at = from; at < piece.length; at++) {
      byte b = piece[at];
      if (quoted) {
        quoted = escaped || b != '"';
        escaped = !escaped && b == '\\';
        if (!quoted && depth == 0) {
          return ended(piece, from, at + 1);
        }
      } else if (b == '"') {
        quoted = true;
      } else if (b == '{' || b == '[') {
        depth++;
      } else if (depth == 0 && (b == ',' || b == ']' || b == '}' || isSpace(b))) {
        return ended(piece, from, at);
      } else if ((b == '}' || b == ']') && --depth == 0) {
        return ended(piece, from, at + 1);
      }
    }
    hold(piece, from, piece.length);
    return piece.length;
  }

  private int ended(byte[] piece, int from, int to) {
    place = Place.AFTER_ITEM;
    complete(piece, from, to);
    return to;
  }

  private static boolean isSpace(byte b) {
    return JsonScanner.isWhitespace(b);
  }
}
