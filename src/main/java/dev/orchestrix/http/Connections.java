package dev.orchestrix.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open connections of one server. Closes those that make no complete request in time, however
 * busily they send single bytes, and takes no more than it can hold.
 */
final class Connections {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

  private static final int MOST = 8_000;
  private static final int SWEEP_SECONDS = 5;
  private static final int PATIENCE_SECONDS = 60;

  /** One connection: since when it owes us a request, and calls that may take their time. */
  private static final class Open {
    private int since;
    private int held;

    private Open(int since) {
      this.since = since;
    }
  }

  private final Vertx vertx;
  private final Map<HttpConnection, Open> open = new HashMap<>();
  private int seconds;
  private boolean full;

  Connections(Vertx vertx) {
    this.vertx = vertx;
  }

  void start() {
    vertx.setTimer(SWEEP_SECONDS * 1_000L, _ -> sweep());
  }

  /** Counts a new connection, or closes it if there are too many. */
  void opened(HttpConnection connection) {
    if (open.size() >= MOST) {
      if (!full) {
        LOG.atWarn().addKeyValue("connections", MOST).log("closing what connects beyond these");
      }
      full = true;
      connection.close();
      return;
    }
    full = false;
    open.put(connection, new Open(seconds));
    connection.closeHandler(_ -> open.remove(connection));
  }

  /** A request has begun: its body is due. */
  void requested(HttpServerRequest request) {
    var known = open.get(request.connection());
    if (known != null) {
      known.since = seconds;
    }
  }

  /** Lets the connection be until this request has been answered: it is a stream or a wait. */
  void hold(HttpServerRequest request) {
    var known = open.get(request.connection());
    if (known != null) {
      known.held++;
      request
          .response()
          .endHandler(
              _ -> {
                known.held--;
                known.since = seconds;
              });
    }
  }

  private void sweep() {
    seconds += SWEEP_SECONDS;
    for (var entry : new ArrayList<>(open.entrySet())) {
      var known = entry.getValue();
      if (known.held == 0 && seconds - known.since > PATIENCE_SECONDS) {
        entry.getKey().close();
      }
    }
    start();
  }
}
