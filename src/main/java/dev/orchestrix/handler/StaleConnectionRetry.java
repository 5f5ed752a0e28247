package dev.orchestrix.handler;

import java.io.IOException;
import org.apache.hc.client5.http.HttpRequestRetryStrategy;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.TimeValue;

/**
 * Sends an idempotent request once more if the server said nothing at all: most likely it was
 * closing a connection that we were about to use again, which is not worth one of the job's
 * attempts. Every other retry is the engine's.
 */
final class StaleConnectionRetry implements HttpRequestRetryStrategy {

  @Override
  public boolean retryRequest(
      HttpRequest request, IOException failure, int sent, HttpContext context) {
    return sent <= 1
        && failure instanceof NoHttpResponseException
        && Method.isIdempotent(request.getMethod());
  }

  @Override
  public boolean retryRequest(HttpResponse response, int sent, HttpContext context) {
    return false;
  }

  @Override
  public TimeValue getRetryInterval(HttpResponse response, int sent, HttpContext context) {
    return TimeValue.ZERO_MILLISECONDS;
  }
}
