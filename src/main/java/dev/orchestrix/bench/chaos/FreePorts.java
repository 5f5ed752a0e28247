package dev.orchestrix.bench.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/** Ports on loopback that nobody has now, below those that outgoing connections get. */
final class FreePorts {
  private static final int FIRST = 12_000;
  private static final int AFTER_LAST = 20_000;
  private static final int TRIES = 1000;

  private final Random random = new Random();
  private final Set<Integer> given = new HashSet<>();

  /** One that this object has not given before. */
  int next() {
    for (int i = 0; i < TRIES; i++) {
      int port = random.nextInt(FIRST, AFTER_LAST);
      if (free(port) && given.add(port)) {
        return port;
      }
    }
    throw new ChaosException("No port from " + FIRST + " to " + AFTER_LAST + " is free");
  }

  private static boolean free(int port) {
    try (var _ = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
