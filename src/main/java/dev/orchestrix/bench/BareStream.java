package dev.orchestrix.bench;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The bare loop's stream, over one connection. */
final class BareStream {
  static final String KEY = "bench_limit:jobs";
  private static final String GROUP = "bench_limit";
  private static final String FIELD = "j";

  /** Entries that were delivered and not acknowledged. */
  static final class Read {
    private final UUID[] jobs;
    private final Request acknowledge;
    private final Request delete;

    private Read(UUID[] jobs, Request acknowledge, Request delete) {
      this.jobs = jobs;
      this.acknowledge = acknowledge;
      this.delete = delete;
    }

    /** Their jobs, in the order of the stream. */
    UUID[] jobs() {
      return jobs;
    }
  }

  private final RedisConnection connection;

  BareStream(RedisConnection connection) {
    this.connection = connection;
  }

  /** An empty stream with its group. */
  Future<?> create() {
    return delete()
        .compose(
            _ ->
                connection.send(
                    Request.cmd(Command.XGROUP)
                        .arg("CREATE")
                        .arg(KEY)
                        .arg(GROUP)
                        .arg("0")
                        .arg("MKSTREAM")));
  }

  Future<?> delete() {
    return connection.send(Request.cmd(Command.DEL).arg(KEY));
  }

  Future<?> add(UUID[] jobs) {
    return connection.batch(Arrays.stream(jobs).map(BareStream::entry).toList());
  }

  /** Exactly so many entries, the oldest; fails if there are fewer. */
  Future<Read> read(int count) {
    return connection
        .send(
            Request.cmd(Command.XREADGROUP)
                .arg("GROUP")
                .arg(GROUP)
                .arg("bench")
                .arg("COUNT")
                .arg(count)
                .arg("STREAMS")
                .arg(KEY)
                .arg(">"))
        .map(answer -> delivered(answer, count));
  }

  Future<?> finish(Read read) {
    return connection.batch(List.of(read.acknowledge, read.delete));
  }

  Future<Void> close() {
    return connection.close();
  }

  private static Request entry(UUID job) {
    return Request.cmd(Command.XADD).arg(KEY).arg("*").arg(FIELD).arg(job.toString());
  }

  private static Read delivered(@Nullable Response answer, int expected) {
    var entries = answer == null ? null : answer.get(KEY);
    if (entries == null || entries.size() != expected) {
      throw new BenchException("Not " + expected + " entries were delivered: " + entries);
    }
    var jobs = new ArrayList<UUID>(expected);
    var acknowledge = Request.cmd(Command.XACK).arg(KEY).arg(GROUP);
    var delete = Request.cmd(Command.XDEL).arg(KEY);
    for (var entry : entries) {
      var id = entry.get(0).toBuffer();
      acknowledge.arg(id);
      delete.arg(id);
      jobs.add(UUID.fromString(entry.get(1).get(1).toString()));
    }
    return new Read(jobs.toArray(UUID[]::new), acknowledge, delete);
  }
}
