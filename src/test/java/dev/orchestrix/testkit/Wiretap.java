package dev.orchestrix.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;

/** Another way to a port of this machine, on which every byte is written down. */
public final class Wiretap implements AutoCloseable {
  private final int target;
  private final NetClient client;
  private final NetServer server;
  private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

  private Wiretap(Vertx vertx, int target, NetServerOptions options) {
    this.target = target;
    this.client = vertx.createNetClient();
    this.server = vertx.createNetServer(options).connectHandler(this::join);
  }

  /** A way to a port that may be closed until somebody comes. */
  public static Wiretap to(Vertx vertx, int target) {
    return listening(new Wiretap(vertx, target, new NetServerOptions()));
  }

  /** The same with TLS, before a server that knows of none. */
  public static Wiretap withTls(Vertx vertx, int target, Path certificate, Path key) {
    var shown =
        new PemKeyCertOptions().addCertPath(certificate.toString()).addKeyPath(key.toString());
    return listening(
        new Wiretap(vertx, target, new NetServerOptions().setSsl(true).setKeyCertOptions(shown)));
  }

  private static Wiretap listening(Wiretap tap) {
    var _ = Lab.await(tap.server.listen(0, "127.0.0.1"));
    return tap;
  }

  public int port() {
    return server.actualPort();
  }

  /** All that was said so far in either direction, a character a byte. */
  public String heard() {
    synchronized (heard) {
      return heard.toString(ISO_8859_1);
    }
  }

  @Override
  public void close() {
    var _ = Lab.await(server.close().eventually(client::close));
  }

  private void join(NetSocket here) {
    here.pause();
    client
        .connect(target, "127.0.0.1")
        .onSuccess(
            there -> {
              copy(here, there);
              copy(there, here);
              here.resume();
            })
        .onFailure(_ -> here.close());
  }

  private void copy(NetSocket from, NetSocket to) {
    from.handler(
        bytes -> {
          synchronized (heard) {
            heard.writeBytes(bytes.getBytes());
          }
          to.write(bytes);
        });
    from.closeHandler(_ -> to.close());
  }
}
