package dev.orchestrix.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Free ports on loopback; what a server had last time is what it gets next time, if it can. */
final class Ports {
  /** Below the ports that Linux and macOS give to outgoing connections. */
  private static final int FIRST = 20_000;

  private static final int AFTER_LAST = 30_000;

  private final Path file;
  private final Map<String, String> remembered;

  Ports(Path file) throws IOException {
    this.file = file;
    this.remembered = new HashMap<>(PrivateFile.read(file));
  }

  /**
   * The remembered port if it is free now, or else any that is; it may be taken the next moment.
   */
  synchronized int propose(String server) {
    var last = remembered.getOrDefault(server, "");
    return last.matches("\\d{1,5}") && free(Integer.parseInt(last))
        ? Integer.parseInt(last)
        : any();
  }

  synchronized void remember(String server, int port) {
    var text = Integer.toString(port);
    if (!text.equals(remembered.put(server, text))) {
      write();
    }
  }

  private void write() {
    try {
      PrivateFile.write(file, remembered);
    } catch (IOException e) {
      throw EmbeddedException.because(file, e);
    }
  }

  static int any() {
    return ThreadLocalRandom.current()
        .ints(AFTER_LAST - FIRST, FIRST, AFTER_LAST)
        .filter(Ports::free)
        .findFirst()
        .orElseThrow(Ports::noneFree);
  }

  private static EmbeddedException noneFree() {
    return new EmbeddedException(
        "No port from %d to %d is free on 127.0.0.1. End what uses them and start again."
            .formatted(FIRST, AFTER_LAST - 1));
  }

  private static boolean free(int port) {
    try (var _ = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return true;
    } catch (IOException | IllegalArgumentException _) {
      return false;
    }
  }
}
