package dev.orchestrix.bench.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Hears what a client says to Postgres: which of the engine's writes it has asked for and not been
 * answered yet. Knows of the protocol that a statement is prepared under a name and run by it.
 */
final class PostgresEar {
  private static final int LENGTH = 4;

  /** Longer than what is looked at of a message; the rest only passes. */
  private static final int LOOKED_AT = 8 * 1024;

  /** The writes that matter most, and words that only they have. */
  enum Write {
    SUBMIT("insert into jobs"),
    CLAIM("set state = 'RUNNING'"),
    OUTCOME("j.state = 'RUNNING' and j.attempt = o.attempt");

    private final String words;

    Write(String words) {
      this.words = words;
    }

    static Optional<Write> in(String sql) {
      return Arrays.stream(values()).filter(one -> sql.contains(one.words)).findFirst();
    }
  }

  private final Map<String, Write> prepared = new HashMap<>();
  private final EnumSet<Write> asked = EnumSet.noneOf(Write.class);

  /** Type and length of the message that is coming in, then its beginning. */
  private final ByteBuffer message = ByteBuffer.allocate(1 + LENGTH + LOOKED_AT);

  private int header;
  private long left = -1;

  /** Hears the next bytes of the client. */
  synchronized void hear(byte[] bytes, int count) {
    for (int i = 0; i < count; i++) {
      hear(bytes[i]);
    }
  }

  /** What has been asked for since the last answer; asks no more. */
  synchronized Set<Write> answered() {
    var answered = EnumSet.copyOf(asked);
    asked.clear();
    return answered;
  }

  private void hear(byte next) {
    if (message.position() == 0) {
      // the first messages of a connection have no type, and are not so long that this is not 0
      header = next == 0 ? LENGTH : 1 + LENGTH;
    }
    if (message.hasRemaining()) {
      message.put(next);
    }
    if (left < 0) {
      if (message.position() == header) {
        left = Integer.toUnsignedLong(message.getInt(header - LENGTH)) - LENGTH;
      }
    } else {
      left--;
    }
    if (left == 0) {
      end();
    }
  }

  private void end() {
    message.flip();
    heard((char) message.get(0));
    left = -1;
    message.clear();
  }

  private void heard(char type) {
    message.position(header);
    if (type == 'P') {
      var name = text();
      Write.in(text()).ifPresent(write -> prepared.put(name, write));
    } else if (type == 'B') {
      var _ = text();
      var write = prepared.get(text());
      if (write != null) {
        asked.add(write);
      }
    }
  }

  /** Up to the next zero, or to the end of what was kept. */
  private String text() {
    int from = message.position();
    int to = from;
    while (to < message.limit() && message.get(to) != 0) {
      to++;
    }
    message.position(Math.min(message.limit(), to + 1));
    return new String(message.array(), from, to - from, UTF_8);
  }
}
