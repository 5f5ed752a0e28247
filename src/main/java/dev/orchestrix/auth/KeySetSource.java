package dev.orchestrix.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.jwk.JWKSet;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Reads the issuer's public keys, within ten seconds and 256 KiB, without blocking anybody. */
final class KeySetSource {
  private static final int MOST_BYTES = 256 * 1024;
  private static final int PATIENCE_SECONDS = 10;

  /** Of a file, which is read on a thread that may block. */
  static Supplier<Future<JWKSet>> file(Vertx vertx, Path file) {
    return () -> vertx.executeBlocking(() -> content(file), false).map(KeySetSource::parse);
  }

  /**
   * Of a URL; where it redirects to is not asked.
   *
   * @param ca PEM: who signs its certificate, instead of those that the JVM trusts; read once
   */
  static Supplier<Future<JWKSet>> url(Vertx vertx, URI url, Optional<Path> ca) {
    var options =
        new HttpClientOptions()
            .setConnectTimeout(5_000)
            .setIdleTimeout(PATIENCE_SECONDS)
            .setKeepAlive(false);
    ca.ifPresent(
        file -> options.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
    var client = vertx.createHttpClient(options);
    return () -> fetch(client, url).map(KeySetSource::parse);
  }

  private static Future<Buffer> fetch(HttpClientAgent client, URI url) {
    return client
        .request(
            new RequestOptions()
                .setAbsoluteURI(url.toString())
                .putHeader(HttpHeaders.ACCEPT, "application/jwk-set+json, application/json"))
        .compose(
            request ->
                answer(request)
                    .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .onFailure(
                        _ -> {
                          var _ = request.reset();
                        }));
  }

  private static Future<Buffer> answer(HttpClientRequest request) {
    return request
        .send()
        .compose(response -> response.statusCode() == 200 ? body(response) : refused(response));
  }

  private static Future<Buffer> refused(HttpClientResponse response) {
    var _ = response.exceptionHandler(_ -> {}); // its body is not read, the connection is closed
    return Future.failedFuture(new IOException("status " + response.statusCode()));
  }

  private static Future<Buffer> body(HttpClientResponse response) {
    var body = Buffer.buffer();
    Promise<Buffer> whole = Promise.promise();
    response
        .handler(
            piece -> {
              if (body.length() + piece.length() > MOST_BYTES) {
                whole.tryFail(new IOException("longer than " + MOST_BYTES + " bytes"));
              } else {
                body.appendBuffer(piece);
              }
            })
        .exceptionHandler(whole::tryFail)
        .endHandler(_ -> whole.tryComplete(body));
    return whole.future();
  }

  private static Buffer content(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      var bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new IOException("longer than " + MOST_BYTES + " bytes");
      }
      return Buffer.buffer(bytes);
    }
  }

  private static JWKSet parse(Buffer text) {
    try {
      return JWKSet.parse(text.toString(UTF_8));
    } catch (ParseException notOne) {
      throw new IllegalArgumentException("no JSON Web Key Set", notOne);
    }
  }

  private KeySetSource() {}
}
