package dev.orchestrix.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Ports on loopback for processes that have to know theirs before they start. */
public final class FreePort {

  /** All that were given: who has got one does not listen on it at once. */
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  /**
   * One that nobody uses now or was given before, below those that the system gives to outgoing
   * connections.
   */
  public static int any() {
    return ThreadLocalRandom.current()
        .ints(10_000, 20_000)
        .filter(port -> free(port) && GIVEN.add(port))
        .findFirst()
        .orElseThrow();
  }

  private static boolean free(int port) {
    try (var _ = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  private FreePort() {}
}
