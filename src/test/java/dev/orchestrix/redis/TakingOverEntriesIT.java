package dev.orchestrix.redis;

import static dev.orchestrix.core.job.Priority.NORMAL;
import static dev.orchestrix.testkit.Lab.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.testkit.Lab;
import io.vertx.redis.client.Command;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TakingOverEntriesIT {
  private static final Duration LONG = Duration.ofHours(1);
  private static final int[] ROUND = {0, 2000, 0};

  @RegisterExtension static final Lab LAB = new Lab();

  private Streams streams;
  private Abandoned abandoned;

  @BeforeEach
  void prepare() {
    streams = new Streams(LAB.redis(), LAB.redis());
    abandoned = new Abandoned(LAB.redis());
    await(streams.prepare());
  }

  @Test
  void what_is_pending_and_not_on_the_stream_is_forgotten() {
    var read = read("7", 3);
    var gone = read.getFirst();
    var _ = LAB.redis(Command.XDEL, Keys.stream(NORMAL), gone.position());

    assertThat(await(abandoned.takeOver("8", Duration.ZERO))).hasSize(2);

    assertThat(pending()).isEqualTo(2);
  }

  @Test
  void a_long_list_is_taken_over_part_by_part() {
    var read = read("7", 1200);
    var seen = new HashSet<String>();

    for (int look = 0; look < 3; look++) {
      await(abandoned.takeOver("8", Duration.ZERO)).forEach(one -> seen.add(one.position()));
    }

    assertThat(seen).hasSize(read.size());
  }

  @Test
  void what_was_let_go_is_taken_over_at_once() {
    var read = read("7", 4);
    await(streams.acknowledge(read.subList(0, 1)));

    await(abandoned.letGo("7", read.subList(0, 3)));

    assertThat(await(abandoned.takeOver("8", LONG)))
        .extracting(Abandoned.Raw::position)
        .containsExactlyInAnyOrder(read.get(1).position(), read.get(2).position());
  }

  @Test
  void a_reader_that_is_gone_stays_until_its_entries_are_taken_over() {
    var _ = read("7", 2);

    assertThat(await(abandoned.forgetConsumers(List.of(8), Duration.ZERO))).isZero();
    var _ = await(abandoned.takeOver("8", Duration.ZERO));
    assertThat(await(abandoned.forgetConsumers(List.of(8), LONG))).isZero();
    assertThat(await(abandoned.forgetConsumers(List.of(8), Duration.ZERO))).isEqualTo(1);

    assertThat(await(streams.takeOver("8", Duration.ZERO))).hasSize(2);
    assertThat(await(abandoned.forgetConsumers(List.of(8), Duration.ZERO))).isZero();
  }

  private List<Delivery> read(String consumer, int count) {
    var entries =
        IntStream.range(0, count)
            .mapToObj(i -> new Entry(new UUID(7, i), 0, "tenant", NORMAL))
            .toList();
    entries.forEach(
        entry -> assertThat(await(streams.enqueue(NORMAL, List.of(entry)))).isNotNull());
    var read = await(streams.take(consumer, count, ROUND)).deliveries();
    assertThat(read).hasSize(count);
    return read;
  }

  private static long pending() {
    return Answers.number(LAB.redis(Command.XPENDING, Keys.stream(NORMAL), Keys.GROUP), 0);
  }
}
