package dev.orchestrix.bench.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The network between a client and a server that answers every line with the same line. */
@Timeout(20)
@DisplayNameGeneration(ReplaceUnderscores.class)
class FailingOnPurposeTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  @SuppressWarnings("NullAway.Init")
  private ServerSocket server;

  @SuppressWarnings("NullAway.Init")
  private Thread serving;

  @SuppressWarnings("NullAway.Init")
  private TcpProxy proxy;

  @SuppressWarnings("NullAway.Init")
  private Socket client;

  @BeforeEach
  void connect() throws IOException {
    server = new ServerSocket(0, 10, LOOPBACK);
    serving = Thread.ofVirtual().start(this::serve);
    proxy = TcpProxy.to(server.getLocalPort());
    client = connected();
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    proxy.close();
    server.close();
  }

  @Test
  void everything_passes_until_something_is_to_fail() throws IOException {
    say("a");

    assertThat(read()).isEqualTo("a");
  }

  @Test
  void the_end_of_a_clients_stream_passes_and_the_last_answer_still_comes() throws IOException {
    say("last");
    client.shutdownOutput();

    assertThat(read()).isEqualTo("last");
    assertThat(client.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void a_cut_resets_what_is_connected_and_what_connects() throws IOException {
    exchange();

    proxy.cut();

    assertThatThrownBy(this::exchange).isInstanceOf(SocketException.class);
    client = connected();
    assertThatThrownBy(this::exchange).isInstanceOf(SocketException.class);
  }

  @Test
  void after_a_reset_new_connections_work() throws IOException {
    exchange();

    proxy.reset();

    assertThatThrownBy(this::exchange).isInstanceOf(SocketException.class);
    client = connected();
    exchange();
  }

  @Test
  void a_black_hole_lets_nothing_through_and_says_nothing() throws Exception {
    exchange();
    client.setSoTimeout(200);

    proxy.hold();
    say("held");

    assertThatThrownBy(this::read).isInstanceOf(SocketTimeoutException.class);
    assertThat(heard.poll()).isNull();
    proxy.pass();
    client.setSoTimeout(10_000);
    assertThat(read()).isEqualTo("held");
  }

  @Test
  void a_slow_network_delays_both_ways() throws IOException {
    exchange();
    proxy.delay(Duration.ofMillis(150));
    long begin = System.nanoTime();

    exchange();

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(299));
  }

  @Test
  void a_half_closed_connection_still_carries_what_the_client_sends() throws Exception {
    exchange();

    proxy.halfClose();

    assertThat(client.getInputStream().read()).isEqualTo(-1);
    say("still heard");
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("still heard");
  }

  @Test
  void a_lost_answer_is_one_to_what_was_done() throws Exception {
    exchange();

    proxy.loseAnswers();
    say("done");

    assertThatThrownBy(this::read).isInstanceOf(SocketException.class);
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("done");
    assertThat(proxy.lost()).isEqualTo(1);
    proxy.pass();
    client = connected();
    exchange();
  }

  @Test
  void a_server_that_is_away_resets_its_clients() throws Exception {
    stopServing();
    client = connected();

    assertThatThrownBy(this::exchange).isInstanceOf(SocketException.class);
  }

  private Socket connected() throws IOException {
    var socket = new Socket(LOOPBACK, proxy.port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  /** One question with its answer. */
  private void exchange() throws IOException {
    say("ping");
    assertThat(read()).isEqualTo("ping");
    assertThat(heard.poll()).isEqualTo("ping");
  }

  private void say(String line) throws IOException {
    client.getOutputStream().write((line + "\n").getBytes(UTF_8));
  }

  private String read() throws IOException {
    var line = new StringBuilder();
    var in = client.getInputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new SocketException("the stream has ended");
      }
      line.append((char) next);
    }
    return line.toString();
  }

  /** A closed server that a virtual thread accepts for still takes who comes before it wakes. */
  private void stopServing() throws Exception {
    server.close();
    serving.join();
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        var accepted = server.accept();
        Thread.ofVirtual().start(() -> echo(accepted));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void echo(Socket accepted) {
    try (accepted;
        var lines = new BufferedReader(new InputStreamReader(accepted.getInputStream(), UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        heard.add(line);
        accepted.getOutputStream().write((line + "\n").getBytes(UTF_8));
      }
    } catch (IOException gone) {
      // the client, or the network, has had enough
    }
  }
}
