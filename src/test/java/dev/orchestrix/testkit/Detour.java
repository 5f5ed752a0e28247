package dev.orchestrix.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Another way to a server, on this machine, that can be closed and opened. */
public final class Detour implements AutoCloseable {
  private final URI target;
  private final int port;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private @Nullable ServerSocket door;

  private Detour(URI target, int port) {
    this.target = target;
    this.port = port;
  }

  /** A way that is closed at first: connections are refused. */
  public static Detour to(URI target) {
    return new Detour(target, FreePort.any());
  }

  /** The address of the server by this way. */
  public URI url() {
    return URI.create(target.toString().replace(":" + target.getPort() + "/", ":" + port + "/"));
  }

  /** Lets connections through from now on. */
  public synchronized void open() {
    try {
      var opened = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
      door = opened;
      Thread.ofVirtual().start(() -> accept(opened));
    } catch (IOException failed) {
      throw new AssertionError(failed);
    }
  }

  @Override
  public void close() {
    cut();
  }

  /** Cuts every connection, and refuses new ones. */
  public synchronized void cut() {
    var opened = door;
    door = null;
    if (opened != null) {
      quietly(opened);
    }
    sockets.forEach(Detour::quietly);
    sockets.clear();
  }

  private void accept(ServerSocket opened) {
    while (!opened.isClosed()) {
      try {
        join(opened, opened.accept());
      } catch (IOException closed) {
        return;
      }
    }
  }

  /** A connection that came while the way was being cut is cut, too. */
  private synchronized void join(ServerSocket through, Socket here) {
    if (!through.equals(door)) {
      quietly(here);
      return;
    }
    try {
      var there = new Socket(InetAddress.getLoopbackAddress(), target.getPort());
      sockets.add(here);
      sockets.add(there);
      Thread.ofVirtual().start(() -> copy(here, there));
      Thread.ofVirtual().start(() -> copy(there, here));
    } catch (IOException refused) {
      quietly(here);
    }
  }

  private void copy(Socket from, Socket to) {
    try (from;
        to) {
      var _ = from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException cut) {
      sockets.remove(from);
    }
  }

  private static void quietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception alreadyClosed) {
      assert alreadyClosed.getMessage() != null : alreadyClosed;
    }
  }
}
