package dev.orchestrix.transition;

import static dev.orchestrix.testkit.Lab.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.store.Ids;
import dev.orchestrix.store.Rows;
import dev.orchestrix.testkit.Lab;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ClaimingEntriesIT {
  private static final int NODE = 7;

  @RegisterExtension static final Lab LAB = new Lab();

  private Claims claims;

  @BeforeEach
  void prepare() {
    IntStream.range(0, 20).forEach(LAB::node);
    claims = claims(NODE);
  }

  @Test
  void what_is_ready_runs_on_the_node_that_claims_it() {
    var entries = LAB.ready(3);

    var jobs = await(claims.claim(entries));

    assertThat(jobs).extracting(ClaimedJob::delivery).isEqualTo(entries);
    assertThat(jobs).extracting(ClaimedJob::attempt).containsOnly(1);
    assertThat(jobs).extracting(ClaimedJob::payload).containsOnly("{}");
    for (var entry : entries) {
      var row = LAB.job(entry.entry().id());
      assertThat(row.getString("state")).isEqualTo("RUNNING");
      assertThat(row.getInteger("attempt")).isEqualTo(1);
      assertThat(row.getInteger("node")).isEqualTo(NODE);
      assertThat(row.getOffsetDateTime("started_at")).isNotNull();
    }
  }

  @Test
  void one_lease_says_who_runs_a_batch() {
    var entries = LAB.ready(3);

    var jobs = await(claims.claim(entries));

    var leases = LAB.rows("select id, node, jobs from leases");
    assertThat(leases).hasSize(1);
    assertThat(leases.getFirst().getInteger(1)).isEqualTo(NODE);
    assertThat(leases.getFirst().getArrayOfUUIDs(2)).containsExactlyInAnyOrder(ids(entries));
    assertThat(jobs).extracting(job -> job.lease().id()).containsOnly(leases.getFirst().getUUID(0));
  }

  @Test
  void a_second_claim_of_an_entry_gets_nothing() {
    var entries = LAB.ready(2);
    var first = await(claims.claim(entries.subList(0, 1)));

    var second = await(claims(8).claim(entries));

    assertThat(first).extracting(ClaimedJob::delivery).containsExactly(entries.get(0));
    assertThat(second).extracting(ClaimedJob::delivery).containsExactly(entries.get(1));
    assertThat(await(claims.claim(entries))).isEmpty();
    assertThat(LAB.job(entries.get(0).entry().id()).getInteger("node")).isEqualTo(NODE);
    assertThat(LAB.number("select count(*) from leases")).isEqualTo(2);
  }

  @Test
  void an_entry_of_an_earlier_attempt_gets_nothing() {
    var entry = LAB.ready(1).getFirst();
    var _ = LAB.rows("update jobs set attempt = 1");

    assertThat(await(claims.claim(List.of(entry)))).isEmpty();
    assertThat(LAB.state(entry.entry().id())).isEqualTo(JobState.PENDING);
    assertThat(await(claims.claim(List.of(ofAttempt(1, entry)))))
        .extracting(ClaimedJob::attempt)
        .containsExactly(2);
  }

  @Test
  void a_job_that_is_not_ready_is_not_claimed() {
    var entries = LAB.ready(5);
    var _ =
        LAB.rows(
            """
            update jobs j
               set state = s.state::job_state
              from unnest($1::uuid[],
                          '{SCHEDULED, BLOCKED, RETRYING, SUCCEEDED, CANCELLED}'::text[])
                as s(id, state)
             where j.id = s.id
            """,
            (Object) ids(entries));

    assertThat(await(claims.claim(entries))).isEmpty();
    assertThat(LAB.rows("select from jobs where state = 'RUNNING'")).isEmpty();
    assertThat(LAB.rows("select from leases")).isEmpty();
  }

  @Test
  void of_twenty_claims_at_once_exactly_one_wins() {
    var entry = LAB.ready(1);
    var nodes = IntStream.range(0, 20).mapToObj(ClaimingEntriesIT::claims).toList();

    var answers = nodes.stream().map(node -> node.claim(entry)).toList();

    assertThat(await(Future.all(answers)).<List<ClaimedJob>>list().stream().flatMap(List::stream))
        .hasSize(1);
    assertThat(LAB.job(entry.getFirst().entry().id()).getInteger("attempt")).isEqualTo(1);
    assertThat(LAB.number("select count(*) from leases")).isEqualTo(1);
  }

  @Test
  void assignments_that_are_claimed_together_are_answered_apart() {
    var entries = LAB.ready(4);
    var together = LAB.inOneTurn(() -> claims(NODE));

    var answers =
        LAB.inOneTurn(
            () ->
                List.of(
                    together.claim(entries.subList(0, 3)), together.claim(entries.subList(2, 4))));

    assertThat(await(answers.get(0)))
        .extracting(ClaimedJob::delivery)
        .isEqualTo(entries.subList(0, 3));
    assertThat(await(answers.get(1)))
        .extracting(ClaimedJob::delivery)
        .isEqualTo(entries.subList(3, 4));
    assertThat(LAB.number("select count(*) from leases")).isEqualTo(1);
  }

  @Test
  void an_entry_beside_its_own_leftover_of_an_earlier_attempt_is_claimed() {
    var stale = LAB.ready(2);
    var _ = LAB.rows("update jobs set attempt = 1");
    var fresh = stale.stream().map(entry -> ofAttempt(1, entry)).toList();

    var jobs = await(claims.claim(List.of(stale.get(0), fresh.get(0), fresh.get(1), stale.get(1))));

    assertThat(jobs).extracting(ClaimedJob::delivery).containsExactlyElementsOf(fresh);
  }

  @Test
  void jobs_without_a_concurrency_key_are_claimed_without_a_look_at_lanes() {
    var ids = ids(LAB.ready(50));
    var zeros = Collections.nCopies(ids.length, 0).toArray(Integer[]::new);

    var plan =
        await(
            LAB.postgres()
                .claims()
                .preparedQuery("explain (analyze, timing off) " + TransitionSql.CLAIM)
                .execute(
                    Tuple.of(ids, zeros, Rows.lowest(ids), Rows.highest(ids), NODE, Ids.next())));

    var lines = new ArrayList<String>();
    plan.forEach(row -> lines.add(row.getString(0)));
    assertThat(lines).filteredOn(line -> line.contains("on lanes")).isNotEmpty();
    assertThat(lines)
        .filteredOn(line -> line.contains("on lanes"))
        .allMatch(line -> line.contains("never executed"));
    assertThat(LAB.number("select count(*) from jobs where state = 'RUNNING'")).isEqualTo(50);
  }

  private static Claims claims(int node) {
    return new Claims(LAB.vertx(), LAB.postgres(), LAB.meters(), LAB.settings().execute(), node);
  }

  private static Delivery ofAttempt(int attempt, Delivery delivery) {
    var entry = delivery.entry();
    return new Delivery(
        delivery.stream(),
        "2-" + attempt,
        new Entry(entry.id(), attempt, entry.tenant(), entry.priority()));
  }

  private static UUID[] ids(List<Delivery> entries) {
    return entries.stream().map(one -> one.entry().id()).toArray(UUID[]::new);
  }
}
