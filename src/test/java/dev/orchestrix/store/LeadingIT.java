package dev.orchestrix.store;

import static dev.orchestrix.testkit.Lab.await;
import static dev.orchestrix.testkit.Lab.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Lab;
import java.time.OffsetDateTime;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LeadingIT {
  @RegisterExtension static final Lab LAB = new Lab();

  private Leadership first;
  private Leadership second;

  @BeforeEach
  void stand() {
    first = new Leadership(LAB.vertx(), LAB.postgres(), LAB.meters(), "duty", 1);
    second = new Leadership(LAB.vertx(), LAB.postgres(), LAB.meters(), "duty", 2);
    await(first.start());
    await(second.start());
  }

  @AfterEach
  void stop() {
    await(first.stop());
    await(second.stop());
  }

  @Test
  void of_two_nodes_the_first_leads() {
    assertThat(first.leads()).isTrue();
    assertThat(second.leads()).isFalse();
    assertThat(LAB.rows("select node from leaders where until > now()"))
        .singleElement()
        .satisfies(row -> assertThat(row.getInteger(0)).isEqualTo(1));
  }

  @Test
  void a_leader_that_stops_is_followed_by_another() {
    var elections = new AtomicInteger();
    second.onElected(elections::incrementAndGet);

    await(first.stop());

    assertThat(first.leads()).isFalse();
    until("the other leads", second::leads);
    var row = LAB.rows("select node, term from leaders").getFirst();
    assertThat(row.getInteger(0)).isEqualTo(2);
    assertThat(row.getLong(1)).isEqualTo(2);
    assertThat(elections).hasValue(1);
  }

  @Test
  void a_leader_that_has_stopped_leaves_the_duty_free() {
    await(second.stop());
    var other = new Leadership(LAB.vertx(), LAB.postgres(), LAB.meters(), "other duty", 2);

    await(first.stop());

    await(other.start());
    var begun = end("other duty");
    until(
        "others have renewed twice",
        () -> end("other duty").isAfter(begun.plusNanos(1_500_000_000)));
    assertThat(LAB.rows("select from leaders where duty = 'duty' and until > now()")).isEmpty();
    await(other.stop());
  }

  @Test
  void each_duty_has_a_leader_of_its_own() {
    var other = new Leadership(LAB.vertx(), LAB.postgres(), LAB.meters(), "other duty", 2);
    await(other.start());

    assertThat(other.leads()).isTrue();
    assertThat(first.leads()).isTrue();

    await(other.stop());
  }

  private static OffsetDateTime end(String duty) {
    return LAB.rows("select until from leaders where duty = $1", duty)
        .getFirst()
        .getOffsetDateTime(0);
  }
}
