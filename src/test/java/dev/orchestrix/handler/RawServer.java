package dev.orchestrix.handler;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** A server that says what no HTTP server would: the test writes to the socket itself. */
final class RawServer implements AutoCloseable {
  private final ServerSocket listening;
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CompletableFuture<String> ended = new CompletableFuture<>();

  /** Talks to a client that has sent one request without a body. */
  interface Talk {
    void answer(Socket client) throws IOException;
  }

  /** Each connection gets the next talk, and is closed after it. */
  RawServer(Talk... talks) {
    try {
      listening = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(() -> serve(talks));
  }

  /** Writes text as it is. */
  static Talk saying(String text) {
    return client -> client.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  /** Writes {@code text}, then waits until the client hangs up. */
  static Talk hangingAfter(String text) {
    return client -> {
      saying(text).answer(client);
      var _ = client.getInputStream().read();
    };
  }

  /** Writes {@code text}, then {@code more} for as long as the client listens. */
  static Talk repeating(String text, String more) {
    return client -> {
      saying(text).answer(client);
      while (true) {
        saying(more).answer(client);
      }
    };
  }

  String url() {
    return "http://127.0.0.1:" + listening.getLocalPort() + "/";
  }

  /** Done when the first request is there. */
  CountDownLatch asked() {
    return asked;
  }

  /** Done when the last talk is over, because all is said or because the client has hung up. */
  CompletableFuture<String> ended() {
    return ended;
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }

  private void serve(Talk... talks) {
    for (var talk : talks) {
      try (var client = listening.accept()) {
        readHead(client);
        asked.countDown();
        talk.answer(client);
      } catch (IOException hungUp) {
        // the next talk, if there is one
      }
    }
    ended.complete("ended");
  }

  private static void readHead(Socket client) throws IOException {
    var lines = new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1));
    var line = lines.readLine();
    while (line != null && !line.isEmpty()) {
      line = lines.readLine();
    }
  }
}
