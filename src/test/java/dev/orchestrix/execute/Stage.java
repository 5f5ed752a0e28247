package dev.orchestrix.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.bus.Events;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.transition.TakeBacks;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Executors whose handlers a test writes, what those tell it, and the jobs they run. For a field
 * with {@code @RegisterExtension}, one a test.
 */
final class Stage implements AfterEachCallback {
  private final Lab lab;
  private final List<OneExecutor> executors = new ArrayList<>();
  private final CountDownLatch letGo = new CountDownLatch(1);
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  Stage(Lab lab) {
    this.lab = lab;
  }

  /** Call once per lab, before the first executor. */
  static void prepare(Lab lab) {}

  @Override
  public void afterEach(ExtensionContext context) {
    letGo.countDown();
    executors.forEach(OneExecutor::stop);
  }

  OneExecutor executor(int node, OneExecutor.Work work) {
    var executor = OneExecutor.start(lab, node, work);
    executors.add(executor);
    return executor;
  }

  /** What handlers wait for that are to go on when the test says so; at its end they all do. */
  CountDownLatch letGo() {
    return letGo;
  }

  /** For handlers. */
  void tell(String what) {
    told.add(what);
  }

  /** What a handler tells next. */
  String told() {
    try {
      var next = told.poll(60, TimeUnit.SECONDS);
      return next == null ? "nothing within a minute" : next;
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  /** The only job of a node is taken back, as if the node had died. */
  void takeBack(int node) {
    var events = new Events(lab.vertx(), Set::of);
    var takeBacks = new TakeBacks(lab.postgres(), new Gates(lab.vertx()), events, lab.meters());
    assertThat(Lab.await(takeBacks.takeBack(node, Duration.ofSeconds(15)))).isEqualTo(1);
  }

  /** Makes a job ready that waits for its next attempt, and the entry of that. */
  Delivery again(Delivery first) {
    var entry = first.entry();
    var _ = lab.rows("update jobs set state = 'PENDING' where id = $1", entry.id());
    return new Delivery(
        2, "1-1", new Entry(entry.id(), attempt(first), entry.tenant(), entry.priority()));
  }

  Row row(Delivery job) {
    return lab.rows("select * from jobs where id = $1", job.entry().id()).getFirst();
  }

  String state(Delivery job) {
    return row(job).getString("state");
  }

  int attempt(Delivery job) {
    return row(job).getInteger("attempt");
  }

  /** What is kept of its attempts. */
  JsonArray attempts(Delivery job) {
    return new JsonObject(row(job).getString("report")).getJsonArray("attempts");
  }

  /** The lines of the attempt in that place. */
  List<String> lines(Delivery job, int place) {
    return attempts(job).getJsonObject(place).getJsonArray("logs").stream()
        .map(line -> ((JsonObject) line).getString("line"))
        .toList();
  }
}
