package dev.orchestrix.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * One keep-alive connection to a node, without the pool of a client: whoever has it sends one
 * request at a time.
 */
final class ApiConnection {
  static final String JOBS = "/api/v1/jobs";
  static final String BATCH = "/api/v1/jobs/batch";

  private static final int PORT = 80;
  private static final int TLS_PORT = 443;
  private static final int SHOWN = 300;

  private final HttpClientConnection connection;

  private ApiConnection(HttpClientConnection connection) {
    this.connection = connection;
  }

  /** Fails with a {@link BenchException} if the node is not whom the target trusts. */
  static Future<ApiConnection> open(Vertx vertx, Target target) {
    var node = target.needHttp();
    boolean tls = "https".equals(node.getScheme());
    var options = new HttpClientOptions().setTcpNoDelay(true);
    if (tls) {
      target.trust().into(options);
    }
    var client = vertx.createHttpClient(options);
    return client
        .connect(address(node, tls ? TLS_PORT : PORT))
        .map(connection -> kept(client, connection))
        .recover(failure -> Future.failedFuture(refused(node, failure)));
  }

  private static HttpConnectOptions address(URI node, int usual) {
    var address = new HttpConnectOptions();
    address.setHost(node.getHost()).setPort(node.getPort() < 0 ? usual : node.getPort());
    return address;
  }

  private static Throwable refused(URI node, Throwable failure) {
    return NodeTrust.refusal(node, failure)
        .<Throwable>map(why -> new BenchException(why, failure))
        .orElse(failure);
  }

  /** Vert.x closes a client that nobody refers to, and its connections with it. */
  private static ApiConnection kept(HttpClient client, HttpClientConnection connection) {
    connection.closeHandler(_ -> client.close().onComplete(_ -> {}));
    return new ApiConnection(connection);
  }

  static Future<List<ApiConnection>> open(Vertx vertx, Target target, int count) {
    var opening = new ArrayList<Future<ApiConnection>>();
    for (int i = 0; i < count; i++) {
      opening.add(open(vertx, target));
    }
    return Future.all(opening).map(all -> all.<ApiConnection>list());
  }

  /**
   * The answer to a JSON body; the future fails with a {@link BenchException} unless it is 201.
   *
   * @param body is not changed and may be sent many times at once
   */
  Future<Buffer> create(String path, Buffer body) {
    return send(HttpMethod.POST, path, body, 201);
  }

  /** The same with 200. */
  Future<Buffer> post(String path, Buffer body) {
    return send(HttpMethod.POST, path, body, 200);
  }

  /** The same for a document that is put in its place. */
  Future<Buffer> put(String path, Buffer body) {
    return send(HttpMethod.PUT, path, body, 200);
  }

  /** The answer as text; the future fails with a {@link BenchException} unless it is 200. */
  Future<String> get(String path) {
    return request(HttpMethod.GET, path)
        .compose(request -> answer(request, 200, HttpClientRequest::end))
        .map(Buffer::toString);
  }

  /** The answer's head, paused; the connection serves nothing else from then on. */
  Future<HttpClientResponse> stream(String path) {
    return request(HttpMethod.GET, path)
        .compose(
            request -> {
              var head = request.response().map(HttpClientResponse::pause);
              return request.putHeader("accept", "text/event-stream").end().compose(_ -> head);
            });
  }

  Future<Void> close() {
    return connection.close();
  }

  static Future<Void> close(List<ApiConnection> connections) {
    return Future.join(connections.stream().map(ApiConnection::close).toList()).mapEmpty();
  }

  private Future<Buffer> send(HttpMethod method, String path, Buffer body, int expected) {
    return request(method, path)
        .map(request -> request.putHeader("content-type", "application/json"))
        .compose(request -> answer(request, expected, sending -> sending.end(body)));
  }

  /**
   * The body is asked for before the request leaves: on another thread than the connection's, an
   * answer could otherwise have come and gone unread.
   */
  private static Future<Buffer> answer(
      HttpClientRequest request, int expected, Function<HttpClientRequest, Future<Void>> sending) {
    var answer = request.response().compose(response -> bodyOf(response, expected));
    return sending.apply(request).compose(_ -> answer);
  }

  private Future<HttpClientRequest> request(HttpMethod method, String path) {
    return connection.request(new RequestOptions().setMethod(method).setURI(path));
  }

  private static Future<Buffer> bodyOf(HttpClientResponse response, int expected) {
    if (response.statusCode() == expected) {
      return response.body();
    }
    return response
        .body()
        .compose(
            body ->
                Future.failedFuture(
                    new BenchException(
                        "The node answered %d instead of %d: %s"
                            .formatted(response.statusCode(), expected, start(body)))));
  }

  private static String start(Buffer body) {
    return body.getString(0, Math.min(SHOWN, body.length()));
  }
}
