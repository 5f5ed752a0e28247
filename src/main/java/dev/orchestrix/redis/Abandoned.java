package dev.orchestrix.redis;

import dev.orchestrix.bus.Delivery;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Entries that somebody read from a stream and did not use, and readers that are gone. */
public final class Abandoned {
  private static final int MOST = 500;
  private static final String BEGINNING = "-";

  private final RedisLink redis;

  /** Where the last look at each stream ended: the next one goes on from there. */
  private final String[] places = new String[Keys.STREAMS];

  public Abandoned(RedisLink redis) {
    this.redis = redis;
    java.util.Arrays.fill(places, BEGINNING);
  }

  /**
   * An entry as it stands on its stream.
   *
   * @param value of its only field
   */
  record Raw(int stream, String position, String value) {}

  /**
   * Takes over entries that were read and not acknowledged for so long, whoever read them, up to
   * 500 of each stream a call; the next call goes on behind them, and begins again at the end.
   * Entries that are pending and not on the stream any more are acknowledged.
   *
   * @param consumer the reader's name; they are pending under it from now on
   */
  Future<List<Raw>> takeOver(String consumer, Duration idle) {
    var calls =
        IntStream.range(0, Keys.STREAMS)
            .mapToObj(stream -> takeOver(stream, consumer, idle))
            .toList();
    return Future.join(calls)
        .map(_ -> calls.stream().flatMap(call -> call.result().stream()).toList());
  }

  private Future<List<Raw>> takeOver(int stream, String consumer, Duration idle) {
    var arguments =
        List.of(
            Keys.GROUP,
            consumer,
            Long.toString(idle.toMillis()),
            places[stream],
            Integer.toString(MOST),
            Integer.toString(stream));
    return redis
        .run(Script.TAKE_OVER, List.of(Keys.stream(stream), Keys.PARTS), arguments)
        .map(answer -> taken(stream, answer));
  }

  private List<Raw> taken(int stream, @Nullable Response answer) {
    var entries = new ArrayList<Raw>();
    if (answer == null) {
      return entries;
    }
    places[stream] = Answers.text(answer, 0);
    for (int i = 1; i + 1 < answer.size(); i += 2) {
      entries.add(new Raw(stream, Answers.text(answer, i), Answers.text(answer, i + 1)));
    }
    return entries;
  }

  /**
   * Makes entries look as if nobody had touched them for a day, so that the next who looks for
   * abandoned ones takes them over. Those that were acknowledged are left alone.
   *
   * @param consumer the one who read them
   */
  Future<Void> letGo(String consumer, List<Delivery> deliveries) {
    var positions = new TreeMap<Integer, TreeSet<String>>();
    for (var delivery : deliveries) {
      positions.computeIfAbsent(delivery.stream(), _ -> new TreeSet<>()).add(delivery.position());
    }
    var calls = new ArrayList<Future<?>>();
    positions.forEach(
        (stream, ids) -> {
          var arguments = new ArrayList<String>(List.of(Keys.GROUP, consumer));
          arguments.addAll(ids);
          calls.add(redis.run(Script.LET_GO, List.of(Keys.stream(stream)), arguments));
        });
    return Future.join(calls).mapEmpty();
  }

  /** Whether no stream has an entry, read or not, and none is parked or waits for a slot. */
  Future<Boolean> drained() {
    var keys = new ArrayList<>(IntStream.range(0, Keys.STREAMS).mapToObj(Keys::stream).toList());
    keys.add(Keys.PARKED);
    keys.add(Keys.WAITING);
    return redis.run(Script.DRAINED, keys, List.of()).map(answer -> Answers.number(answer) == 0);
  }

  /**
   * Removes readers that are gone and have nothing pending any more: what they had read is taken
   * over first.
   *
   * @param alive the nodes that are there
   * @param idle readers that have been silent for less are left alone
   * @return how many were removed
   */
  public Future<Integer> forgetConsumers(Collection<Integer> alive, Duration idle) {
    var keys = IntStream.range(0, Keys.STREAMS).mapToObj(Keys::stream).toList();
    var arguments = new ArrayList<String>(alive.size() + 2);
    arguments.add(Keys.GROUP);
    arguments.add(Long.toString(idle.toMillis()));
    alive.forEach(node -> arguments.add(Integer.toString(node)));
    return redis
        .run(Script.FORGET_CONSUMERS, keys, arguments)
        .map(answer -> (int) Answers.number(answer));
  }
}
