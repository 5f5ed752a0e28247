package dev.orchestrix.handler;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.orchestrix.config.Settings;
import dev.orchestrix.execute.HandlerException;
import dev.orchestrix.execute.JobContext;
import dev.orchestrix.execute.JobHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code http}: {@code {method, url, headers?, body?}} sends a request, follows up to five
 * redirects and answers {@code {status, headers, body}}. 2xx succeeds; 408, 429, 5xx and a
 * connection that fails are tried again, 429 and 503 when the server says; anything else is
 * permanent. Addresses that are not public are refused unless the settings allow them.
 */
public final class HttpHandler implements JobHandler {
  private static final int MOST_REDIRECTS = 5;

  private final GuardedResolver.Lookup lookup;
  private Predicate<InetAddress> permitted = PublicAddress::isPublic;
  private @Nullable HttpWire wire;

  public HttpHandler() {
    this(InetAddress::getAllByName);
  }

  HttpHandler(GuardedResolver.Lookup lookup) {
    this.lookup = lookup;
  }

  @Override
  public String type() {
    return "http";
  }

  @Override
  public @Nullable String destination(String payload) {
    return HttpDestination.of(payload);
  }

  @Override
  public void start(Settings.Handlers settings) {
    permit(settings.httpClient().allowPrivate() ? _ -> true : PublicAddress::isPublic);
  }

  /** Call before the first job, as {@link #start}. */
  synchronized void permit(Predicate<InetAddress> addresses) {
    permitted = addresses;
  }

  @Override
  public String run(JobContext job) throws Exception {
    var call = withOurs(HttpCall.read(Payload.of(job)), job);
    var exchange = new FutureTask<>(() -> exchange(call));
    // cancelling interrupts the exchange, which closes its connection
    job.onCancel(() -> exchange.cancel(true));
    Thread.ofVirtual().name("http-" + job.id()).start(exchange);
    try {
      return await(exchange, job.deadline());
    } catch (TimeoutException e) {
      throw HandlerException.retryable(call + " had no complete answer by the deadline", e);
    } finally {
      exchange.cancel(true);
    }
  }

  private static String await(FutureTask<String> exchange, Instant deadline) throws Exception {
    try {
      return exchange.get(Overtime.millisLeft(deadline), MILLISECONDS);
    } catch (CancellationException e) {
      throw new InterruptedException("cancelled before the answer was complete");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error broken) {
        throw broken;
      }
      throw e.getCause() instanceof Exception failure ? failure : e;
    }
  }

  private String exchange(HttpCall first) throws HandlerException {
    var call = first;
    for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      var answer = send(call);
      var next = HttpRedirect.after(call, answer);
      if (next.isEmpty()) {
        return HttpVerdict.of(call, answer, Instant.now());
      }
      call = next.get();
    }
    throw HandlerException.permanent(
        first + " was redirected more than " + MOST_REDIRECTS + " times");
  }

  private HttpAnswer send(HttpCall call) throws HandlerException {
    try {
      return wire().send(call);
    } catch (GuardedResolver.Refused e) {
      throw HandlerException.permanent(call + " is refused: " + e.getMessage());
    } catch (IOException e) {
      throw HandlerException.retryable(call + " failed: " + e, e);
    }
  }

  /**
   * Made for the first job, because loading the client takes longer than a node should to start.
   */
  private synchronized HttpWire wire() {
    if (wire == null) {
      wire = new HttpWire(new GuardedResolver(lookup, permitted));
    }
    return wire;
  }

  /** Who calls, and for what: a server that sees an attempt twice can tell. */
  private static HttpCall withOurs(HttpCall call, JobContext job) {
    var span = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong() | 1);
    var headers =
        call.headers()
            .withDefault("traceparent", "00-" + job.traceId() + "-" + span + "-01")
            .withDefault("User-Agent", "orchestrix")
            .with("X-Orchestrix-Job", job.id().toString())
            .with("X-Orchestrix-Attempt", Integer.toString(job.attempt()));
    return new HttpCall(call.method(), call.target(), headers, call.body());
  }
}
