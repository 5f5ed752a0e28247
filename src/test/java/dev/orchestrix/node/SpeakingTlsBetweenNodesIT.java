package dev.orchestrix.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrix.testkit.Certificate;
import dev.orchestrix.testkit.ChildNode;
import dev.orchestrix.testkit.FreePort;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Nodes;
import dev.orchestrix.testkit.Wiretap;
import io.vertx.core.buffer.Buffer;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import javax.net.SocketFactory;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Nodes are processes here; those that are given jobs by others have no dispatcher. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@SuppressWarnings("NullAway.Init")
class SpeakingTlsBetweenNodesIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What Vert.x asks on a connection, and is answered with a byte if it is let in. */
  private static final Buffer PING = ping();

  private static final int PONG = 1;
  private static final String GIVES = "http,dispatcher,scheduler";
  private static final String RUNS = "executor";

  @RegisterExtension static final Lab lab = new Lab();

  @RegisterExtension final Nodes nodes = Nodes.beside(lab);

  @TempDir private Path folder;
  private Certificate ours;
  private Certificate theirs;

  @BeforeEach
  void make() {
    ours = Certificate.authority(folder, "ours");
    theirs = Certificate.authority(folder, "theirs");
  }

  @Test
  void a_node_runs_the_jobs_that_another_of_the_same_ca_gives_it() {
    with(ours, "one");
    var first = nodes.start(GIVES);
    with(ours, "two");
    var second = nodes.start(RUNS);

    first.api().submitAll(Collections.nCopies(100, "{\"type\": \"noop\"}"));

    Lab.until("the second has run them", () -> endedOn(second) == 100);
  }

  @Test
  void a_node_of_another_ca_is_given_nothing() {
    with(ours, "one");
    var first = nodes.start(GIVES);
    with(theirs, "stranger");
    var stranger = nodes.start(RUNS);

    first.api().submitAll(Collections.nCopies(100, "{\"type\": \"noop\"}"));
    with(ours, "two");
    var second = nodes.start(RUNS);

    Lab.until("one of ours has run them", () -> endedOn(second) == 100);
    assertThat(endedOn(stranger)).isZero();
  }

  @Test
  void only_who_shows_a_certificate_of_the_ca_is_listened_to() throws Exception {
    int port = FreePort.any();
    with(ours, "one");
    var _ = nodes.with("CLUSTER_BUS_PORT", Integer.toString(port)).start();
    var own = ours.sign("own");
    var stranger = theirs.sign("stranger");

    assertThat(answer(ours.trusted(own).getSocketFactory(), port)).isEqualTo(PONG);
    assertRefused(ours.trusted(stranger).getSocketFactory(), port);
    assertRefused(ours.trusted().getSocketFactory(), port);
    assertRefused(SocketFactory.getDefault(), port);
    assertThat(answer(ours.trusted(own).getSocketFactory(), port)).isEqualTo(PONG);
    assertThatThrownBy(() -> answer(theirs.trusted(own).getSocketFactory(), port))
        .as("who trusts another CA does not talk to us")
        .isInstanceOf(SSLException.class);
  }

  @Test
  void who_listens_to_the_wire_does_not_learn_whose_jobs_run() {
    assertThat(overheard("plain")).contains("orchestrix.execute.", "tenant-of-plain");

    with(ours, "one");

    assertThat(overheard("secret"))
        .doesNotContain("orchestrix.execute.", "tenant-of-secret")
        .hasSizeGreaterThan(500);
  }

  /** What is said on the way to a node while it is given a job of some tenant. */
  private String overheard(String name) {
    int port = FreePort.any();
    try (var tap = Wiretap.to(lab.vertx(), port)) {
      var first = nodes.start(GIVES);
      var _ =
          nodes
              .with("CLUSTER_BUS_PORT", Integer.toString(port))
              .with("CLUSTER_PUBLIC_BUS_PORT", Integer.toString(tap.port()));
      var second = nodes.start(RUNS);
      var _ = nodes.without("CLUSTER_BUS_PORT").without("CLUSTER_PUBLIC_BUS_PORT");
      var tenant = "tenant-of-" + name;
      var _ = first.api().put("/api/v1/tenants/" + tenant, "{}");
      first.api().submit("{\"type\": \"noop\", \"tenant\": \"" + tenant + "\"}");
      Lab.until("the second has run it", () -> endedOn(second) == 1);
      first.process().kill();
      second.process().kill();
      return tap.heard();
    }
  }

  private void with(Certificate ca, String name) {
    ca.write(folder, "ca-of-" + name);
    ca.sign(name).write(folder, name);
    var _ =
        nodes
            .with("CLUSTER_TLS_CERTIFICATE", folder.resolve(name + ".pem").toString())
            .with("CLUSTER_TLS_KEY", folder.resolve(name + ".key").toString())
            .with("CLUSTER_TLS_CA", folder.resolve("ca-of-" + name + ".pem").toString());
  }

  private static void assertRefused(SocketFactory factory, int port) {
    assertThatThrownBy(() -> answer(factory, port))
        .isInstanceOfAny(SSLException.class, SocketException.class, EOFException.class);
  }

  /** The byte that a ping is answered with. */
  private static int answer(SocketFactory factory, int port) throws IOException {
    try (Socket socket = factory.createSocket("127.0.0.1", port)) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.getOutputStream().write(PING.getBytes());
      socket.getOutputStream().flush();
      int answer = socket.getInputStream().read();
      if (answer < 0) {
        throw new EOFException();
      }
      return answer;
    }
  }

  private static long endedOn(ChildNode node) {
    return lab.number(
        "select count(*) from jobs where node = $1 and state = 'SUCCEEDED'", node.number());
  }

  /** Length; version, codec, sent to one; to whom, no reply wanted, by whom; no headers. */
  private static Buffer ping() {
    var body = Buffer.buffer().appendByte((byte) 2).appendByte((byte) 1).appendByte((byte) 0);
    for (var text : List.of("__vertx_ping", "")) {
      body.appendInt(text.length()).appendString(text, UTF_8.name());
    }
    body.appendInt(0).appendInt(4);
    return Buffer.buffer().appendInt(body.length()).appendBuffer(body);
  }
}
