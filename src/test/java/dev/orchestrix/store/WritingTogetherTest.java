package dev.orchestrix.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.failure.EngineException;
import dev.orchestrix.metrics.Meters;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Everything happens on one event loop, so that what was not sent after a turn will not be. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class WritingTogetherTest {
  private static final int IN_FLIGHT = 2;
  private static final int LIMIT = 4;

  @SuppressWarnings("NullAway.Init")
  private static Vertx vertx;

  private final Meters meters = new Meters();
  private final Queue<Batch> sent = new ArrayDeque<>();
  private Context loop;
  private Batcher<String, String> batcher;

  /** What the batcher wants written; the test says how that goes. */
  private record Batch(List<String> items, Promise<List<String>> answer) {}

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() {
    var _ = vertx.close().await();
  }

  @BeforeEach
  void make_a_batcher() throws TimeoutException {
    loop = vertx.getOrCreateContext();
    var lane = new Batcher.Lane("test", IN_FLIGHT, LIMIT);
    batcher = onLoop(() -> new Batcher<>(vertx, lane, meters, this::write));
  }

  @Test
  void an_idle_lane_sends_at_once() throws TimeoutException {
    var answers = add("a");

    assertThat(written()).containsExactly(List.of("a"));
    succeed();
    assertThat(answers).extracting(Future::result).containsExactly("A");
  }

  @Test
  void what_is_added_at_once_is_written_together_and_answered_one_by_one() throws TimeoutException {
    var answers = add("a", "b", "c");

    assertThat(written()).containsExactly(List.of("a", "b", "c"));
    assertThat(answers).noneMatch(Future::isComplete);
    succeed();
    assertThat(answers).extracting(Future::result).containsExactly("A", "B", "C");
  }

  @Test
  void what_arrives_while_batches_are_in_flight_waits() throws TimeoutException {
    var _ = add("a");
    var _ = add("b");
    var waiting = add("c");

    assertThat(written()).containsExactly(List.of("a"), List.of("b"));
    assertThat(waiting).noneMatch(Future::isComplete);
  }

  @Test
  void it_forms_the_next_batches_up_to_the_limit() throws TimeoutException {
    var _ = add("a");
    var _ = add("b");
    var _ = add("c", "d");
    var late = add("e", "f", "g");

    succeed();
    assertThat(written()).containsExactly(List.of("b"), List.of("c", "d", "e", "f"));
    succeed();
    assertThat(written()).containsExactly(List.of("c", "d", "e", "f"), List.of("g"));
    succeed();
    succeed();
    assertThat(written()).isEmpty();
    assertThat(late).extracting(Future::result).containsExactly("E", "F", "G");
  }

  @Test
  void a_bad_item_fails_alone_and_the_others_are_written() throws TimeoutException {
    var answers = add("a", "bad", "c", "d");
    var tried = new ArrayList<List<String>>();

    while (!sent.isEmpty()) {
      tried.add(sent.element().items());
      if (sent.element().items().contains("bad")) {
        fail(new EngineException.BadData("write", "22021", new IllegalArgumentException()));
      } else {
        succeed();
      }
    }

    assertThat(tried)
        .containsExactly(
            List.of("a", "bad", "c", "d"),
            List.of("a", "bad"),
            List.of("a"),
            List.of("bad"),
            List.of("c", "d"));
    assertThat(answers.get(1).cause()).isInstanceOf(EngineException.BadData.class);
    assertThat(answers).extracting(Future::result).containsExactly("A", null, "C", "D");
    assertThat(meters.scrape()).contains("{operation=\"test\"} 1.0");
  }

  @Test
  void a_batch_that_is_halved_is_one_batch_in_flight() throws TimeoutException {
    var _ = add("a", "bad");
    fail(new EngineException.BadData("write", "22021", new IllegalArgumentException()));
    var _ = add("b");
    var _ = add("c");

    assertThat(written()).containsExactly(List.of("a"), List.of("b"));
  }

  @Test
  void any_other_failure_fails_the_whole_batch_and_no_other() throws TimeoutException {
    var failing = add("a", "b");
    var following = add("c");
    var away = new EngineException.Unavailable("write", null);

    fail(away);
    succeed();

    assertThat(failing).extracting(Future::cause).containsExactly(away, away);
    assertThat(following).extracting(Future::result).containsExactly("C");
    assertThat(sent).isEmpty();
  }

  @Test
  void a_writer_that_throws_fails_its_batch_and_the_lane_goes_on() throws TimeoutException {
    var bug = add("a", "throw");
    var after = add("b");
    succeed();

    assertThat(bug)
        .extracting(Future::cause)
        .hasOnlyElementsOfType(IllegalStateException.class)
        .hasSize(2);
    assertThat(after).extracting(Future::result).containsExactly("B");
  }

  private Future<List<String>> write(List<String> items) {
    if (items.contains("throw")) {
      throw new IllegalStateException("a bug of the writer");
    }
    var batch = new Batch(items, Promise.promise());
    sent.add(batch);
    return batch.answer.future();
  }

  /** All in one turn of the event loop, and until what follows from it has happened. */
  private List<Future<String>> add(String... items) throws TimeoutException {
    return onLoop(() -> Stream.of(items).map(batcher::add).toList());
  }

  /** Answers the oldest batch. */
  private void succeed() throws TimeoutException {
    var _ =
        onLoop(
            () -> {
              var batch = sent.remove();
              batch.answer.complete(
                  batch.items.stream().map(item -> item.toUpperCase(Locale.ROOT)).toList());
              return true;
            });
  }

  private void fail(EngineException error) throws TimeoutException {
    var _ =
        onLoop(
            () -> {
              sent.remove().answer.fail(error);
              return true;
            });
  }

  private List<List<String>> written() {
    return sent.stream().map(Batch::items).toList();
  }

  private <T> T onLoop(Callable<T> action) throws TimeoutException {
    var promise = Promise.<T>promise();
    loop.runOnContext(
        _ -> {
          try {
            promise.complete(action.call());
          } catch (Exception failed) {
            promise.fail(failed);
          }
        });
    var result = promise.future().await(10, TimeUnit.SECONDS);
    var turn = Promise.<Boolean>promise();
    // twice: what follows may have one task that makes another
    loop.runOnContext(_ -> loop.runOnContext(_ -> turn.complete(true)));
    var _ = turn.future().await(10, TimeUnit.SECONDS);
    return result;
  }
}
