package dev.orchestrix.handler;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Sends one request and reads its answer. It follows no redirect, keeps no cookie and no
 * credential, and adds nothing to what the job asked for, so that jobs of different tenants can
 * share connections. An interrupt of a virtual thread ends it at once. Lives as long as the node.
 */
final class HttpWire {

  /** The executor's slots are the limit; a smaller one here would only hide where jobs wait. */
  private static final int CONNECTIONS = 100_000;

  private static final Http1Config SHAPE =
      Http1Config.custom().setMaxLineLength(16 * 1024).setMaxHeaderCount(200).build();

  private static final Set<String> KEPT_HEADERS =
      Set.of(
          "cache-control",
          "content-length",
          "content-type",
          "date",
          "etag",
          "last-modified",
          "link",
          "location",
          "retry-after",
          "x-request-id");

  private static final int KEPT_HEADER_CHARS = 1024;

  /** One more than a URL may have, so that a longer one is refused and not changed. */
  private static final int LONGEST_LOCATION = HttpTarget.LONGEST + 1;

  private final CloseableHttpClient client;

  HttpWire(DnsResolver resolver) {
    client =
        HttpClients.custom()
            .setConnectionManager(connections(resolver))
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setResponseTimeout(Timeout.DISABLED) // the job's deadline is the limit
                    .setProtocolUpgradeEnabled(false)
                    .build())
            .setRetryStrategy(new StaleConnectionRetry())
            .evictIdleConnections(TimeValue.ofSeconds(30))
            .disableRedirectHandling()
            .disableCookieManagement()
            .disableAuthCaching()
            .disableConnectionState()
            .disableContentCompression()
            .disableDefaultUserAgent()
            .build();
  }

  /**
   * @throws IOException if there is no complete answer; the server may have acted all the same
   */
  HttpAnswer send(HttpCall call) throws IOException {
    try (var response = client.executeOpen(call.target().host(), request(call), null)) {
      // closing a response that was not read to its end closes the connection
      return new HttpAnswer(response.getCode(), headers(response), body(response));
    }
  }

  private static ClassicHttpRequest request(HttpCall call) {
    var request = ClassicRequestBuilder.create(call.method()).setUri(call.target().uri());
    call.headers().fields().forEach(request::addHeader);
    // the content type is among the headers
    call.body().ifPresent(body -> request.setEntity(new StringEntity(body, UTF_8)));
    return request.build();
  }

  private static SortedMap<String, String> headers(ClassicHttpResponse response) {
    var kept = new TreeMap<String, String>();
    for (var header : response.getHeaders()) {
      var name = header.getName().toLowerCase(Locale.ROOT);
      if (KEPT_HEADERS.contains(name) && header.getValue() != null) {
        kept.putIfAbsent(name, shorten(name, header.getValue()));
      }
    }
    return kept;
  }

  /** As little of a value as somebody may need, without the characters that JSON makes long. */
  private static String shorten(String name, String value) {
    int most = name.equals("location") ? LONGEST_LOCATION : KEPT_HEADER_CHARS;
    var kept = value.length() <= most ? value : value.substring(0, most);
    return kept.replaceAll("\\p{Cntrl}", " ");
  }

  private static HttpAnswer.Body body(ClassicHttpResponse response) throws IOException {
    var entity = response.getEntity();
    if (entity == null) {
      return HttpAnswer.Body.NONE;
    }
    var content = entity.getContent();
    var kept = content.readNBytes(HttpAnswer.KEPT_BYTES);
    boolean more = content.read() >= 0;
    var type = entity.getContentType();
    return HttpAnswer.Body.of(kept, more, type == null ? "" : type);
  }

  private static PoolingHttpClientConnectionManager connections(DnsResolver resolver) {
    return PoolingHttpClientConnectionManagerBuilder.create()
        .setDnsResolver(resolver)
        .setConnectionFactory(
            ManagedHttpClientConnectionFactory.builder().http1Config(SHAPE).build())
        .setMaxConnTotal(CONNECTIONS)
        .setMaxConnPerRoute(CONNECTIONS)
        .setDefaultConnectionConfig(
            ConnectionConfig.custom()
                .setConnectTimeout(Timeout.ofSeconds(10))
                .setSocketTimeout(Timeout.DISABLED)
                .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                .setTimeToLive(TimeValue.ofMinutes(5)) // names move to other addresses
                .build())
        .build();
  }
}
