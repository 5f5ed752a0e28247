package dev.orchestrix.redis;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.core.fair.DeliveryWindow;
import dev.orchestrix.core.fault.CrashPoint;
import dev.orchestrix.core.job.Priority;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The streams: a fast, disposable hint of what to run next. */
public final class Streams {
  private static final Logger LOG = LoggerFactory.getLogger(Streams.class);

  /** Most jobs of one entry. */
  public static final int TOGETHER = 32;

  private static final char BETWEEN = '\n';

  private static final List<String> KEYS =
      IntStream.range(0, Keys.STREAMS).mapToObj(Keys::stream).toList();

  private final RedisLink commands;
  private final RedisLink blocking;
  private final Abandoned abandoned;

  /**
   * @param commands shared with others
   * @param blocking for this node's one blocking read alone
   */
  public Streams(RedisLink commands, RedisLink blocking) {
    this.commands = commands;
    this.blocking = blocking;
    this.abandoned = new Abandoned(commands);
  }

  /**
   * What one turn at the streams gave.
   *
   * @param nextParked how long until a parked entry is due, or null when none is parked
   */
  public record Taken(List<Delivery> deliveries, @Nullable Duration nextParked) {}

  /** A pause after a failure, at most so long: it ends as soon as Redis is there again. */
  public Future<Void> pause(Duration most) {
    return commands.pause(most);
  }

  /** Ends the blocking read for good; the connection for commands is closed by others. */
  public Future<Void> close() {
    return blocking.close();
  }

  /** Makes the consumer groups that do not exist yet. */
  public Future<Void> prepare() {
    return Future.join(KEYS.stream().map(this::group).toList()).mapEmpty();
  }

  /**
   * Adds 1..2000 jobs of one priority, some dozens to an entry: Redis then works for each dozen
   * instead of for each job.
   *
   * @return for how many more jobs there is room in the delivery window; less than 0 if new jobs of
   *     this priority are to wait in the backlog from now on
   */
  public Future<Integer> enqueue(Priority priority, List<Entry> entries) {
    var arguments = new ArrayList<String>(entries.size() / TOGETHER + 5);
    arguments.add(priority.label());
    arguments.add(Integer.toString(priority.code() + 1));
    arguments.add(Integer.toString(DeliveryWindow.SMALLEST));
    arguments.add(Integer.toString(entries.size()));
    for (int from = 0; from < entries.size(); from += TOGETHER) {
      arguments.add(together(entries.subList(from, Math.min(entries.size(), from + TOGETHER))));
    }
    return commands
        .run(Script.ENQUEUE, List.of(Keys.stream(priority), Keys.FLOW), arguments)
        .map(answer -> (int) Answers.number(answer));
  }

  private static String together(List<Entry> entries) {
    var text = new StringBuilder(entries.size() * 50);
    for (var entry : entries) {
      if (!text.isEmpty()) {
        text.append(BETWEEN);
      }
      entry.writeTo(text);
    }
    return text.toString();
  }

  /**
   * Reads without waiting.
   *
   * @param consumer the reader's name; entries are pending under it until acknowledged
   * @param most jobs wanted in all, 1..2000; the last entry may bring some dozens more
   * @param turns how many of them the high, normal and low stream have a turn for
   */
  public Future<Taken> take(String consumer, int most, int[] turns) {
    var keys = new ArrayList<>(KEYS);
    keys.add(Keys.PARKED);
    var arguments = new ArrayList<String>();
    arguments.add(Keys.GROUP);
    arguments.add(consumer);
    arguments.add(Integer.toString(most));
    for (int turn : turns) {
      arguments.add(Integer.toString(turn));
    }
    return commands.run(Script.TAKE, keys, arguments).map(Streams::taken);
  }

  /**
   * Waits until any stream has an entry and reads up to {@code most} entries from each.
   *
   * @param wait longest wait, in whole milliseconds, more than zero
   */
  public Future<List<Delivery>> await(String consumer, int most, Duration wait) {
    var request =
        Request.cmd(Command.XREADGROUP)
            .arg("GROUP")
            .arg(Keys.GROUP)
            .arg(consumer)
            .arg("COUNT")
            .arg(most)
            .arg("BLOCK")
            .arg(wait.toMillis())
            .arg("STREAMS");
    KEYS.forEach(request::arg);
    KEYS.forEach(_ -> request.arg(">"));
    return blocking.send(request, wait.plusSeconds(2)).map(Streams::perStream);
  }

  /** Has Redis see which reads have waited long enough, by a command that does nothing. */
  public Future<Void> nudge() {
    return commands.send(Request.cmd(Command.PING)).mapEmpty();
  }

  /** Forgets jobs that were claimed or that nobody needs; an entry goes with its last job. */
  public Future<Void> acknowledge(List<Delivery> deliveries) {
    var calls = new ArrayList<Future<?>>();
    for (int stream = 0; stream < Keys.STREAMS; stream++) {
      var entries = entries(stream, deliveries);
      if (!entries.isEmpty()) {
        calls.add(acknowledge(stream, entries.values()));
      }
    }
    return Future.join(calls).mapEmpty();
  }

  /**
   * Puts admitted jobs of larger entries on the admitted stream, an entry each, so that every
   * dispatcher may have as many as it has slots for.
   *
   * @return completes when the larger entries know; fails when they do not, and are read again
   */
  public Future<Void> spread(List<Delivery> deliveries) {
    var added = new ArrayList<Future<?>>(deliveries.size());
    for (var delivery : deliveries) {
      added.add(
          commands.send(
              Request.cmd(Command.XADD)
                  .arg(Keys.ADMITTED)
                  .arg("*")
                  .arg("j")
                  .arg(delivery.entry().value())));
    }
    return Future.all(added)
        .compose(
            _ -> {
              CrashPoint.SPREAD.reach();
              return acknowledge(deliveries);
            });
  }

  /** Some jobs of one entry. */
  private static final class Share {
    private final Delivery one;
    private int jobs;

    private Share(Delivery one) {
      this.one = one;
    }
  }

  private static Map<String, Share> entries(int stream, List<Delivery> deliveries) {
    var entries = new LinkedHashMap<String, Share>();
    for (var delivery : deliveries) {
      if (delivery.stream() == stream) {
        entries.computeIfAbsent(delivery.position(), _ -> new Share(delivery)).jobs++;
      }
    }
    return entries;
  }

  private Future<?> acknowledge(int stream, Collection<Share> entries) {
    var arguments = new ArrayList<String>(entries.size() * 3 + 2);
    arguments.add(Keys.GROUP);
    arguments.add(Integer.toString(stream));
    for (var share : entries) {
      arguments.add(share.one.position());
      arguments.add(Integer.toString(share.one.of()));
      arguments.add(Integer.toString(share.jobs));
    }
    return commands.run(
        Script.ACKNOWLEDGE, List.of(KEYS.get(stream), Keys.FLOW, Keys.PARTS), arguments);
  }

  /** Takes over up to 500 entries of each stream that some dispatcher read and left for so long. */
  public Future<List<Delivery>> takeOver(String consumer, Duration idle) {
    return abandoned
        .takeOver(consumer, idle)
        .map(
            entries -> {
              var found = new ArrayList<Delivery>(entries.size());
              entries.forEach(one -> add(one.stream(), one.position(), one.value(), found));
              return found;
            });
  }

  /**
   * Lets others take entries over at once that were read and will not be used.
   *
   * @param dispatcher the node that read them
   */
  public Future<Void> letGo(int dispatcher, List<Delivery> deliveries) {
    return abandoned.letGo(Integer.toString(dispatcher), deliveries);
  }

  /** Whether no stream has an entry, read or not, and none is parked. */
  public Future<Boolean> drained() {
    return abandoned.drained();
  }

  /** Whether an error means that Redis has lost the groups, and with them the streams. */
  public static boolean lost(Throwable error) {
    return RedisLink.refusedAs(error, "NOGROUP");
  }

  private Future<Void> group(String key) {
    var create =
        Request.cmd(Command.XGROUP).arg("CREATE").arg(key).arg(Keys.GROUP).arg("0").arg("MKSTREAM");
    return commands
        .send(create)
        .<Void>mapEmpty()
        .recover(
            error ->
                RedisLink.refusedAs(error, "BUSYGROUP")
                    ? Future.succeededFuture()
                    : Future.failedFuture(error));
  }

  private static Taken taken(@Nullable Response answer) {
    var found = new ArrayList<Delivery>();
    if (answer == null) {
      return new Taken(found, null);
    }
    for (int i = 1; i + 2 < answer.size(); i += 3) {
      add(
          (int) Answers.number(answer, i),
          Answers.text(answer, i + 1),
          Answers.text(answer, i + 2),
          found);
    }
    long wait = Answers.number(answer, 0);
    return new Taken(found, wait < 0 ? null : Duration.ofMillis(wait));
  }

  private static List<Delivery> perStream(@Nullable Response answer) {
    var found = new ArrayList<Delivery>();
    if (answer == null) {
      return found;
    }
    if (answer.isMap()) {
      for (var key : answer.getKeys()) {
        int stream = KEYS.indexOf(key);
        answer.get(key).forEach(entry -> deliver(stream, entry, found));
      }
      return found;
    }
    for (var one : answer) {
      int stream = KEYS.indexOf(one.get(0).toString());
      one.get(1).forEach(entry -> deliver(stream, entry, found));
    }
    return found;
  }

  private static void deliver(int stream, @Nullable Response entry, List<Delivery> to) {
    if (entry == null || entry.size() < 2 || entry.get(1) == null || entry.get(1).size() == 0) {
      return;
    }
    var fields = entry.get(1);
    var value = fields.isMap() ? fields.get("j") : fields.get(1);
    add(stream, entry.get(0).toString(), String.valueOf(value), to);
  }

  private static void add(int stream, String position, String value, List<Delivery> to) {
    try {
      int of = 1 + (int) value.chars().filter(c -> c == BETWEEN).count();
      int from = 0;
      for (int i = 1; i <= of; i++) {
        int end = i == of ? value.length() : value.indexOf(BETWEEN, from);
        to.add(new Delivery(stream, position, of, Entry.parse(value.substring(from, end))));
        from = end + 1;
      }
    } catch (RuntimeException foreign) {
      LOG.atError()
          .addKeyValue("stream", KEYS.get(stream))
          .addKeyValue("position", position)
          .log("an entry that is not ours is on the stream; it is left there", foreign);
    }
  }
}
