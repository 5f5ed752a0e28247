package dev.orchestrix.http;

/**
 * Cuts NDJSON: an item a line, blank lines ignored, the last line end optional.
 *
 * @see <a href="https://github.com/ndjson/ndjson-spec">NDJSON</a>
 */
final class LineSplitter extends ItemSplitter {

  LineSplitter(ItemSink sink, int longest) {
    super(sink, longest);
  }

  @Override
  void feed(byte[] piece) {
    int from = 0;
    for (int i = 0; i < piece.length; i++) {
      if (piece[i] == '\n') {
        line(piece, from, i);
        from = i + 1;
      }
    }
    hold(piece, from, piece.length);
  }

  @Override
  void end() {
    line(new byte[0], 0, 0);
  }

  private void line(byte[] piece, int from, int to) {
    int first = from;
    while (first < to && JsonScanner.isWhitespace(piece[first])) {
      first++;
    }
    if (first == to && blank()) {
      drop();
    } else {
      complete(piece, from, to);
    }
  }
}
