package dev.orchestrix.handler;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a process has written to one of its pipes: the beginning, the last lines, and how much it
 * was. Reads only what is there, so nobody waits for a process that stays silent or for a pipe that
 * a forgotten child keeps open.
 */
final class Captured {

  /** Most bytes that are kept of the beginning. */
  static final int KEPT_BYTES = 64 * 1024;

  /** Two of these and a few words fit into a result of 256 KiB. */
  private static final int ROOM_IN_JSON = 120 * 1024;

  private static final int END_BYTES = 4096;
  private static final int LAST_LINES = 10;
  private static final int LAST_CHARS = 1000;

  /** Reading at most this much before looking up again keeps a cancellation prompt. */
  private static final int READS = 64;

  private final InputStream pipe;
  private final @Nullable Lines lines;
  private final ByteArrayOutputStream beginning = new ByteArrayOutputStream();
  private final byte[] buffer = new byte[16 * 1024];
  private byte[] end = new byte[0];
  private long written;

  Captured(InputStream pipe) {
    this(pipe, null);
  }

  /**
   * @param lines is told what comes as it comes, or null for nobody
   */
  Captured(InputStream pipe, @Nullable Lines lines) {
    this.pipe = pipe;
    this.lines = lines;
  }

  /** Reads what there is; answers whether there was anything. */
  boolean drain() throws IOException {
    long before = written;
    for (int reads = 0; reads < READS && pipe.available() > 0; reads++) {
      int read = pipe.read(buffer);
      if (read > 0) {
        keep(read);
      }
    }
    return written > before;
  }

  /** Nothing more will come. */
  void end() {
    if (lines != null) {
      lines.end();
    }
  }

  /** The beginning; if more followed, the last line says how much it was in all. */
  String text() {
    var kept = beginning.toByteArray();
    var excerpt = Excerpt.leniently(kept, UTF_8, written > kept.length, ROOM_IN_JSON);
    return excerpt.cut()
        ? excerpt.text() + "\n[truncated: " + written + " bytes in all]"
        : excerpt.text();
  }

  /** The last ten lines that hold anything, at most a thousand characters of them. */
  String lastLines() {
    var lines = new String(end, UTF_8).lines().filter(line -> !line.isBlank()).toList();
    var last = lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
    var text = last.stream().map(String::stripTrailing).collect(Collectors.joining("\n"));
    return text.length() <= LAST_CHARS ? text : "..." + text.substring(text.length() - LAST_CHARS);
  }

  private void keep(int read) {
    written += read;
    if (lines != null) {
      lines.take(buffer, read);
    }
    beginning.write(buffer, 0, Math.min(read, KEPT_BYTES - beginning.size()));
    end = tail(end, Arrays.copyOf(buffer, read));
  }

  private static byte[] tail(byte[] old, byte[] more) {
    var joined = Arrays.copyOf(old, old.length + more.length);
    System.arraycopy(more, 0, joined, old.length, more.length);
    return joined.length <= END_BYTES
        ? joined
        : Arrays.copyOfRange(joined, joined.length - END_BYTES, joined.length);
  }
}
