package dev.orchestrix.admission;

import dev.orchestrix.bus.Entry;
import dev.orchestrix.core.limit.TokenBucket;
import dev.orchestrix.redis.Answers;
import dev.orchestrix.redis.Keys;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.tenant.Rules;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks at the limits that a job is under, and changes nothing. */
public final class Outlook {
  private static final long MICROS = 1000;

  /** What an entry may hold in the parked set. */
  private static final List<String> HELD =
      List.of("t", "y", "k", "ty", "tk", "yt", "yk", "kt", "ky", "Tt", "Yy");

  private final RedisLink redis;
  private final Needs needs;

  public Outlook(RedisLink redis, Rules rules) {
    this.redis = redis;
    this.needs = new Needs(rules);
  }

  /** How every limit stands that the job of an entry is under. */
  public Future<List<Standing>> standings(Entry entry) {
    return redis
        .send(Request.cmd(Command.TIME))
        .compose(
            time -> {
              long now = Answers.number(time, 0) * MICROS + Answers.number(time, 1) / MICROS;
              return Future.all(
                      needs.of(entry).stream().map(need -> standing(need, entry, now)).toList())
                  .map(all -> all.<Standing>list());
            });
  }

  /** When the token is due that an entry has reserved, in milliseconds from now, if it has one. */
  public Future<Optional<Long>> due(Entry entry) {
    var scores =
        HELD.stream()
            .map(
                letters ->
                    redis.send(
                        Request.cmd(Command.ZSCORE)
                            .arg(Keys.PARKED)
                            .arg(entry.value() + "\t" + letters)))
            .toList();
    return Future.all(redis.send(Request.cmd(Command.TIME)), Future.all(scores))
        .map(
            both -> {
              Response time = both.resultAt(0);
              long now = Answers.number(time, 0) * MICROS + Answers.number(time, 1) / MICROS;
              return scores.stream()
                  .map(Future::result)
                  .filter(score -> score != null)
                  .map(score -> Math.max(0, Math.round(Double.parseDouble(score.toString())) - now))
                  .findFirst();
            });
  }

  private Future<Standing> standing(Need need, Entry entry, long now) {
    return switch (need) {
      case Need.Tokens tokens -> tokens(tokens, now);
      case Need.Slots slots -> slots(slots, entry);
    };
  }

  private Future<Standing> tokens(Need.Tokens need, long now) {
    var bucket =
        redis.send(
            Request.cmd(Command.HMGET).arg(Question.bucket(need.reason())).arg("tokens").arg("at"));
    return Future.all(bucket, redis.send(Request.cmd(Command.GET).arg(Keys.BEGAN)))
        .map(
            both -> {
              Response known = both.resultAt(0);
              long began = number(both.resultAt(1), now);
              var level =
                  new TokenBucket.Level(number(known.get(0), 0), number(known.get(1), began));
              return new Standing.Tokens(
                  need.reason(), need.bucket(), need.bucket().filled(level, now));
            });
  }

  private Future<Standing> slots(Need.Slots need, Entry entry) {
    var used = redis.send(Request.cmd(Command.ZCARD).arg(Keys.slots(need.reason())));
    var waiting =
        redis.send(
            Request.cmd(Command.LRANGE)
                .arg(Keys.waiting(need.reason()))
                .arg(0)
                .arg(Need.LONGEST_LIST - 1));
    return Future.all(used, waiting)
        .map(
            both ->
                new Standing.Slots(
                    need.reason(),
                    need.slots(),
                    number(both.resultAt(0), 0),
                    before(entry, both.resultAt(1))));
  }

  /** How many of its tenant's entries are before it, or are there if it is not there itself. */
  private static long before(Entry entry, @Nullable Response waiting) {
    if (waiting == null) {
      return 0;
    }
    return waiting.stream()
        .map(one -> Entry.parse(one.toString()))
        .takeWhile(one -> !one.id().equals(entry.id()))
        .filter(one -> one.tenant().equals(entry.tenant()))
        .count();
  }

  private static long number(@Nullable Response answer, long otherwise) {
    return answer == null ? otherwise : Math.round(Double.parseDouble(answer.toString()));
  }
}
