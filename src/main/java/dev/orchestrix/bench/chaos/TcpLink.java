package dev.orchestrix.bench.chaos;

import java.io.IOException;
import java.net.Socket;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One connection through a proxy. */
final class TcpLink {
  private static final int CHUNK = 64 * 1024;

  private final TcpProxy proxy;
  private final Socket client;
  private final Socket server;
  private final @Nullable PostgresEar ear;
  private volatile boolean answersEnded;

  /**
   * @param ear hears what the client says, or null if nobody needs to
   */
  TcpLink(TcpProxy proxy, Socket client, Socket server, @Nullable PostgresEar ear) {
    this.proxy = proxy;
    this.client = client;
    this.server = server;
    this.ear = ear;
  }

  /** Carries bytes in both directions until the connection ends. */
  void pump() {
    Thread.ofVirtual().start(() -> carry(client, server, false));
    Thread.ofVirtual().start(() -> carry(server, client, true));
  }

  /** Ends it so that both ends get an error and not an end of stream. */
  void reset() {
    proxy.ended(this);
    reset(client);
    reset(server);
  }

  /** The client reads an end of stream; what it sends still arrives. */
  void endOfAnswers() {
    answersEnded = true;
    try {
      client.shutdownOutput();
    } catch (IOException hasEnded) {
      reset();
    }
  }

  private void carry(Socket from, Socket to, boolean answers) {
    var chunk = new byte[CHUNK];
    try {
      var in = from.getInputStream();
      var out = to.getOutputStream();
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        if (!mayPass(answers, chunk, read)) {
          reset();
          return;
        }
        if (!answers || !answersEnded) {
          out.write(chunk, 0, read);
        }
      }
      end(to, answers);
    } catch (IOException broken) {
      reset();
    }
  }

  private boolean mayPass(boolean answers, byte[] chunk, int read) {
    if (answers) {
      return proxy.mayPass(ear == null ? Set.of() : ear.answered());
    }
    if (ear != null) {
      ear.hear(chunk, read);
    }
    return proxy.mayPass();
  }

  private void end(Socket to, boolean answers) throws IOException {
    if (!answers || !answersEnded) {
      to.shutdownOutput();
    }
    if (client.isOutputShutdown() && server.isOutputShutdown()) {
      proxy.ended(this);
      client.close();
      server.close();
    }
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException hasEnded) {
      // that is what was wanted
    }
  }
}
