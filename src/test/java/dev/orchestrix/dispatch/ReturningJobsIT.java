package dev.orchestrix.dispatch;

import static dev.orchestrix.core.job.Priority.NORMAL;
import static dev.orchestrix.testkit.Lab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.orchestrix.admission.Admission;
import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.BacklogGrew;
import dev.orchestrix.bus.Delivery;
import dev.orchestrix.core.limit.Reason;
import dev.orchestrix.outbox.Backlog;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.outbox.Held;
import dev.orchestrix.testkit.Lab;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Entries that may not start yet go back to Postgres. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ReturningJobsIT {
  @RegisterExtension static final Lab LAB = new Lab();

  @Test
  void what_waits_for_its_tenant_stands_in_the_backlog_and_the_feeder_hears_that_it_is_back() {
    var grew = LAB.<BacklogGrew>overhear(Addresses.BACKLOG_GREW);
    var deliveries = LAB.ready(2);
    var late = new Admission.Refused(deliveries.getFirst(), new Reason.TenantRate("default"));
    var apart = new Admission.Refused(deliveries.getLast(), new Reason.TypeRate("noop"));

    await(returns().take(List.of(late, apart), false));

    assertThat(grew.next()).isEqualTo(BacklogGrew.returned(NORMAL, List.of("default")));
    assertThat(LAB.rows("select job from backlog_jobs"))
        .extracting(row -> row.getUUID(0))
        .containsExactly(deliveries.getFirst().entry().id());
    assertThat(LAB.rows("select reason, first from held"))
        .extracting(row -> row.getString(0), row -> row.getUUID(1))
        .containsExactly(tuple("rate:type:noop", deliveries.getLast().entry().id()));
  }

  @Test
  void what_a_dispatcher_that_died_had_put_back_is_not_put_back_again_by_whoever_takes_over() {
    var entries = LAB.ready(4);
    var refused =
        List.of(
            new Admission.Refused(entries.get(0), new Reason.TenantRate("default")),
            new Admission.Refused(entries.get(1), new Reason.TenantRate("default")),
            new Admission.Refused(entries.get(2), new Reason.TypeRate("noop")),
            new Admission.Refused(entries.get(3), new Reason.TypeRate("noop")));
    await(returns().take(List.of(refused.get(0), refused.get(2)), false));

    await(returns().take(refused, true));

    assertThat(LAB.rows("select job from backlog_jobs order by job"))
        .extracting(row -> row.getUUID(0))
        .containsExactly(entries.get(0).entry().id(), entries.get(1).entry().id());
    assertThat(LAB.rows("select unnest(jobs) from held order by 1"))
        .extracting(row -> row.getUUID(0))
        .containsExactly(entries.get(2).entry().id(), entries.get(3).entry().id());
  }

  @Test
  void of_entries_that_a_dead_dispatcher_had_only_those_of_jobs_that_wait_are_worth_tokens() {
    var entries = LAB.ready(4);
    start(entries.get(0), "RUNNING", 1);
    start(entries.get(1), "CANCELLED", 0);
    start(entries.get(2), "PENDING", 1);

    var sorted = await(returns().sort(entries));

    assertThat(sorted.ready()).containsExactly(entries.get(3));
    assertThat(sorted.over()).containsExactlyElementsOf(entries.subList(0, 3));
  }

  private static void start(Delivery delivery, String state, int attempt) {
    var id = delivery.entry().id();
    var _ = LAB.rows("update jobs set state = $2, attempt = $3 where id = $1", id, state, attempt);
  }

  private static Returns returns() {
    return new Returns(
        new Backlog(LAB.postgres(), 1), new Held(LAB.postgres(), 1), new Gates(LAB.vertx()));
  }
}
