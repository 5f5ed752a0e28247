package dev.orchestrix.redis;

import dev.orchestrix.config.Settings;
import dev.orchestrix.core.failure.EngineException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to Redis on which commands are pipelined. It is made when the first command needs
 * it, and after it broke again and again until there is one; what was in flight then fails and may
 * have been carried out.
 */
public final class RedisLink {
  private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);

  /** A client of its own for each connection: only closing the client closes the socket. */
  private record Link(Redis client, Future<RedisConnection> connection) {}

  private final Vertx vertx;
  private final RedisOptions options;
  private final Duration timeout;
  private final Reach reach = new Reach();
  private @Nullable Link current;
  private boolean closed;

  /** What matters with {@code rediss://} alone: who signs the certificate, and for which name. */
  private static NetClientOptions wire(Settings.Redis settings) {
    var options =
        new RedisOptions().getNetClientOptions().setHostnameVerificationAlgorithm("HTTPS");
    settings
        .ca()
        .ifPresent(
            file -> options.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
    return options;
  }

  /** Makes no connection yet. */
  public RedisLink(Vertx vertx, Settings.Redis settings) {
    this.vertx = vertx;
    this.options =
        new RedisOptions()
            .setConnectionString(settings.url().toString())
            .setMaxPoolSize(1)
            .setPoolCleanerInterval(-1)
            .setMaxWaitingHandlers(16_384)
            .setNetClientOptions(wire(settings));
    this.timeout = settings.timeout();
  }

  /**
   * Sends one command behind those already on their way.
   *
   * @return the answer, null for Redis' nil; fails with {@link EngineException.Unavailable} when
   *     Redis did not answer within the timeout, is loading or out of memory, and the command may
   *     then have been carried out; with {@link EngineException.Rejected} when it was refused
   */
  public Future<@Nullable Response> send(Request request) {
    return send(request, timeout);
  }

  /** The same with a longer patience, for commands that block on the server. */
  Future<@Nullable Response> send(Request request, Duration patience) {
    var operation = "redis " + request.command();
    long pause = reach.millisLeft(System.nanoTime());
    if (pause > 0) {
      var why = new ConnectException("not reachable; tried again in " + pause + " ms");
      return Future.failedFuture(new EngineException.Unavailable(operation, why));
    }
    var link = link();
    return link.connection()
        .compose(connection -> answered(link, connection, request, patience))
        .recover(error -> Future.failedFuture(classify(operation, error)));
  }

  /** Runs a script; Redis keeps it from the first call on. */
  public Future<@Nullable Response> run(Script script, List<String> keys, List<String> arguments) {
    return send(call(Command.EVALSHA, script.sha(), keys, arguments))
        .recover(
            error ->
                refusedAs(error, "NOSCRIPT")
                    ? send(call(Command.EVAL, script.text(), keys, arguments))
                    : Future.failedFuture(error));
  }

  /** Whether Redis refused a command with this code, such as {@code NOGROUP}. */
  static boolean refusedAs(Throwable error, String code) {
    return error instanceof EngineException.Rejected rejected
        && rejected.getMessage() != null
        && rejected.getMessage().contains(code);
  }

  /**
   * A pause after a failure. Where it is Redis that cannot be reached, it ends as soon as it can.
   *
   * @return completes on the caller's context, and never fails
   */
  Future<Void> pause(Duration most) {
    var over = Promise.<Void>promise();
    var context = vertx.getOrCreateContext();
    Runnable back = () -> context.runOnContext(_ -> over.tryComplete());
    long timer = vertx.setTimer(Math.max(1, most.toMillis()), _ -> over.tryComplete());
    reach.whenBack(back);
    return over.future()
        .onSuccess(
            _ -> {
              vertx.cancelTimer(timer);
              reach.forget(back);
            });
  }

  /** Closes the connection for good; commands in flight fail. */
  public synchronized Future<Void> close() {
    closed = true;
    var link = current;
    current = null;
    return link == null ? Future.succeededFuture() : link.client().close();
  }

  private synchronized Link link() {
    var known = current;
    if (known != null) {
      return known;
    }
    var client = Redis.createClient(vertx, options);
    var fresh = new Link(client, connect(client));
    current = fresh;
    fresh
        .connection()
        .onSuccess(
            made -> {
              made.exceptionHandler(broken -> drop(fresh, broken));
              made.endHandler(_ -> drop(fresh, null));
              reach.reached();
            })
        .onFailure(refused -> refused(fresh, refused));
    return fresh;
  }

  private void refused(Link fresh, Throwable why) {
    long pause = reach.refused(System.nanoTime()).toMillis();
    if (forget(fresh)) {
      LOG.debug("redis not reached; trying again in {} ms: {}", pause, why.getMessage());
      vertx.setTimer(Math.max(1, pause), _ -> connectAgain());
    }
  }

  private synchronized void connectAgain() {
    if (!closed) {
      var _ = link();
    }
  }

  private Future<RedisConnection> connect(Redis client) {
    return closed
        ? Future.failedFuture("the node is stopping")
        : client.connect().timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private Future<@Nullable Response> answered(
      Link link, RedisConnection connection, Request request, Duration patience) {
    return connection
        .send(request)
        .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(
            error -> {
              if (!(error instanceof ErrorType)) {
                drop(link, error);
              }
            });
  }

  /** A link on which an answer is overdue is not used again: what it would answer is stale. */
  private void drop(Link broken, @Nullable Throwable why) {
    if (forget(broken)) {
      LOG.warn(
          "redis connection lost ({}); commands in flight fail, others until there is a new one",
          why == null ? "closed by the server" : why.getMessage());
      reach.lost();
      connectAgain();
    }
  }

  /** False if somebody else has done so. */
  private boolean forget(Link broken) {
    synchronized (this) {
      if (!broken.equals(current)) {
        return false;
      }
      current = null;
    }
    broken
        .client()
        .close()
        .onFailure(e -> LOG.debug("closing a redis client that is broken already", e));
    return true;
  }

  private static Request call(
      Command command, String script, List<String> keys, List<String> arguments) {
    var request = Request.cmd(command).arg(script).arg(keys.size());
    keys.forEach(request::arg);
    arguments.forEach(request::arg);
    return request;
  }

  private static EngineException classify(String operation, Throwable error) {
    return switch (error) {
      case EngineException known -> known;
      case TimeoutException late -> new EngineException.Unavailable(operation, late);
      case ErrorType refused when waits(refused.getMessage()) ->
          new EngineException.Unavailable(operation, refused);
      case ErrorType refused ->
          new EngineException.Rejected(operation, refused.getMessage(), refused);
      default -> new EngineException.Unavailable(operation, error);
    };
  }

  private static boolean waits(@Nullable String message) {
    return message != null
        && List.of(
                "OOM",
                "CONNECTION_CLOSED",
                "LOADING",
                "BUSY ",
                "READONLY",
                "MASTERDOWN",
                "TRYAGAIN",
                "CLUSTERDOWN")
            .stream()
            .anyMatch(message::contains);
  }
}
