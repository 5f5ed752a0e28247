package dev.orchestrix.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The timers that are due within a minute; all timers are in Postgres as well. */
public final class TimerSet {

  /** What is due later stays in Postgres alone. */
  public static final Duration HORIZON = Duration.ofMinutes(1);

  /** Most timers in the set, about 2 MB. */
  public static final int ROOM = 20_000;

  private final RedisLink redis;

  public TimerSet(RedisLink redis) {
    this.redis = redis;
  }

  /** A job that becomes ready at a time. */
  public record Timer(UUID job, Instant due) {}

  /**
   * @param pause until the next timer after these, or null when the set has no other
   */
  public record Due(List<UUID> jobs, @Nullable Duration pause) {}

  /** Adds timers as far as there is room; adding one again changes nothing. */
  public Future<Void> arm(List<Timer> timers) {
    var arguments = new ArrayList<String>(timers.size() * 2 + 1);
    arguments.add(Integer.toString(ROOM));
    for (var timer : timers) {
      arguments.add(Long.toString(timer.due().toEpochMilli()));
      arguments.add(timer.job().toString());
    }
    return redis.run(Script.ARM, List.of(Keys.TIMERS), arguments).mapEmpty();
  }

  /** Up to {@code most} timers that are due; they stay in the set until {@link #disarm}. */
  public Future<Due> due(int most) {
    return redis
        .run(Script.DUE, List.of(Keys.TIMERS), List.of(Integer.toString(most)))
        .map(TimerSet::read);
  }

  public Future<Void> disarm(List<UUID> jobs) {
    var request = Request.cmd(Command.ZREM).arg(Keys.TIMERS);
    jobs.forEach(job -> request.arg(job.toString()));
    return redis.send(request).mapEmpty();
  }

  private static Due read(@Nullable Response answer) {
    var jobs = new ArrayList<UUID>();
    if (answer == null) {
      return new Due(jobs, null);
    }
    for (int i = 1; i < answer.size(); i++) {
      jobs.add(UUID.fromString(Answers.text(answer, i)));
    }
    long wait = Answers.number(answer, 0);
    return new Due(jobs, wait < 0 ? null : Duration.ofMillis(wait));
  }
}
