package dev.orchestrix.bench.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An address on loopback that stands for a server's, and a network between the two that fails when
 * told to. One for each client and server, so that a fault hits one client alone. From any thread.
 */
final class TcpProxy implements AutoCloseable {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final int BACKLOG = 512;
  private static final int CONNECT_MILLIS = 5000;

  /** What happens to bytes. */
  private enum Mode {
    PASS,
    /** New connections are reset. */
    CUT,
    /** Bytes stay where they are. */
    HOLD,
    /** What the server answers is dropped, and its connection reset. */
    LOSE
  }

  /** Answers to each of the engine's writes that one fault loses. */
  private static final int MOST_OF_A_WRITE = 4;

  private final InetSocketAddress server;
  private final ServerSocket listening;
  private final boolean postgres;
  private final Set<TcpLink> links = ConcurrentHashMap.newKeySet();
  private final AtomicInteger lost = new AtomicInteger();
  private final Map<PostgresEar.Write, Integer> lostWrites = new ConcurrentHashMap<>();

  /** Since answers began to be lost this time. */
  private final Map<PostgresEar.Write, Integer> lostLately = new ConcurrentHashMap<>();

  private volatile Mode mode = Mode.PASS;
  private volatile Duration delay = Duration.ZERO;

  private TcpProxy(InetSocketAddress server, ServerSocket listening, boolean postgres) {
    this.server = server;
    this.listening = listening;
    this.postgres = postgres;
  }

  /**
   * Begins to pass everything on.
   *
   * @param serverPort on loopback; the server may be away: then connections are reset
   */
  static TcpProxy to(int serverPort) {
    return to(serverPort, false);
  }

  /**
   * The same for a Postgres, whose answers to the engine's most important writes can be lost, and
   * no others: a node that cannot even connect loses nothing.
   */
  static TcpProxy toPostgres(int serverPort) {
    return to(serverPort, true);
  }

  private static TcpProxy to(int serverPort, boolean postgres) {
    try {
      var listening = new ServerSocket(0, BACKLOG, LOOPBACK);
      var proxy = new TcpProxy(new InetSocketAddress(LOOPBACK, serverPort), listening, postgres);
      Thread.ofVirtual().name("proxy-" + listening.getLocalPort()).start(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new ChaosException("No port for a proxy: " + e.getMessage(), e);
    }
  }

  int port() {
    return listening.getLocalPort();
  }

  /** How many answers have been lost on purpose. */
  int lost() {
    return lost.get();
  }

  /** How many of them were to which write; one answer may be to several. */
  Map<PostgresEar.Write, Integer> lostWrites() {
    return Map.copyOf(lostWrites);
  }

  /** Everything works again; bytes that were held are sent. */
  void pass() {
    delay = Duration.ZERO;
    change(Mode.PASS);
  }

  /** Resets all connections, and new ones until {@link #pass}. */
  void cut() {
    change(Mode.CUT);
    reset();
  }

  /** Resets the connections that there are. */
  void reset() {
    links.forEach(TcpLink::reset);
  }

  /** Nothing arrives, in either direction, and nobody is told, until {@link #pass}. */
  void hold() {
    change(Mode.HOLD);
  }

  /** Whatever is sent arrives so much later, until {@link #pass}. */
  void delay(Duration by) {
    delay = by;
  }

  /** Clients see the end of the server's stream on each connection; it still hears them. */
  void halfClose() {
    links.forEach(TcpLink::endOfAnswers);
  }

  /**
   * Servers get what is sent to them and act; their answers are lost, and the connection is reset
   * instead, until {@link #pass}. Of Postgres' answers some to each write: where no claim is
   * answered, nothing runs, and no outcome is written.
   */
  void loseAnswers() {
    lostLately.clear();
    change(Mode.LOSE);
  }

  /** Resets everything and frees the port. */
  @Override
  public void close() {
    change(Mode.CUT);
    try {
      listening.close();
    } catch (IOException e) {
      throw new ChaosException("A proxy does not close: " + e.getMessage(), e);
    }
    reset();
  }

  /**
   * Holds what a client sends back as long as the fault says.
   *
   * @return whether it is to arrive at all; if not, the connection is to be reset
   */
  boolean mayPass() {
    Pause.of(delay);
    awaitNotHeld();
    return mode != Mode.CUT;
  }

  /**
   * The same for what a server sends.
   *
   * @param to what it answers, as far as anybody listens
   */
  boolean mayPass(Set<PostgresEar.Write> to) {
    if (!mayPass()) {
      return false;
    }
    if (mode != Mode.LOSE || (postgres && to.stream().noneMatch(this::mayBeLost))) {
      return true;
    }
    var _ = lost.incrementAndGet();
    to.forEach(
        write -> {
          var _ = lostWrites.merge(write, 1, Integer::sum);
          var _ = lostLately.merge(write, 1, Integer::sum);
        });
    return false;
  }

  private boolean mayBeLost(PostgresEar.Write write) {
    return lostLately.getOrDefault(write, 0) < MOST_OF_A_WRITE;
  }

  void ended(TcpLink link) {
    links.remove(link);
  }

  private synchronized void change(Mode next) {
    mode = next;
    notifyAll();
  }

  private synchronized void awaitNotHeld() {
    try {
      while (mode == Mode.HOLD) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ChaosException("Interrupted", e);
    }
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        var client = listening.accept();
        Thread.ofVirtual().start(() -> connect(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void connect(Socket client) {
    var upstream = new Socket();
    var link = new TcpLink(this, client, upstream, postgres ? new PostgresEar() : null);
    links.add(link);
    awaitNotHeld();
    if (mode == Mode.CUT) {
      link.reset();
      return;
    }
    try {
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      upstream.connect(server, CONNECT_MILLIS);
      link.pump();
    } catch (IOException serverIsAway) {
      link.reset();
    }
  }
}
