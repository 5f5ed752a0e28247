package dev.orchestrix.handler;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Finds the addresses of a host and lets through only those that may be called. The client connects
 * to what this returns and asks nobody else, so a name cannot mean one address when it is checked
 * and another when it is connected to.
 */
final class GuardedResolver implements DnsResolver {
  private static final int LOOKUPS_AT_ONCE = 32;
  private static final int PATIENCE_SECONDS = 10;

  /**
   * Looking a name up blocks inside the C library, which neither an interrupt nor a virtual thread
   * gets out of: jobs wait for threads of this pool instead, and can stop waiting.
   */
  private static final ThreadPoolExecutor LOOKUPS = lookups();

  private final Lookup lookup;
  private final Predicate<InetAddress> permitted;

  /** What a name means. */
  interface Lookup {
    InetAddress[] find(String host) throws UnknownHostException;
  }

  /** The host exists, but must not be called. */
  static final class Refused extends UnknownHostException {
    private static final long serialVersionUID = 1;

    private Refused(String host) {
      super(host + " is a loopback, private, link-local or otherwise not public address");
    }
  }

  GuardedResolver(Lookup lookup, Predicate<InetAddress> permitted) {
    this.lookup = lookup;
    this.permitted = permitted;
  }

  /**
   * @throws Refused if the host has addresses, but none that may be called
   * @throws UnknownHostException if it has none, or nobody has said within ten seconds
   */
  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    var found = await(host, LOOKUPS.submit(() -> lookup.find(host)));
    var usable = Stream.of(found).filter(permitted).toArray(InetAddress[]::new);
    if (usable.length == 0 && found.length > 0) {
      throw new Refused(host);
    }
    return usable;
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }

  private static InetAddress[] await(String host, Future<InetAddress[]> answer)
      throws UnknownHostException {
    try {
      return answer.get(PATIENCE_SECONDS, SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unknown(host + ": interrupted", e);
    } catch (TimeoutException e) {
      throw unknown(host + ": no answer from the resolver", e);
    } catch (ExecutionException e) {
      throw unknown(host + ": unknown host", e);
    } finally {
      answer.cancel(false);
    }
  }

  private static UnknownHostException unknown(String message, Exception cause) {
    var unknown = new UnknownHostException(message);
    unknown.initCause(cause);
    return unknown;
  }

  private static ThreadPoolExecutor lookups() {
    var threads = Thread.ofPlatform().daemon().name("orchestrix-lookup-", 0).factory();
    var pool =
        new ThreadPoolExecutor(
            LOOKUPS_AT_ONCE, LOOKUPS_AT_ONCE, 10, SECONDS, new LinkedBlockingQueue<>(), threads);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}
