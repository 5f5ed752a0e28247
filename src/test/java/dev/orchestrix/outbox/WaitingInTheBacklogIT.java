package dev.orchestrix.outbox;

import static dev.orchestrix.core.job.Priority.HIGH;
import static dev.orchestrix.core.job.Priority.NORMAL;
import static dev.orchestrix.testkit.Lab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.store.Ids;
import dev.orchestrix.testkit.Lab;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class WaitingInTheBacklogIT {
  private static final UUID BEGINNING = new UUID(0, 0);

  @RegisterExtension static final Lab LAB = new Lab();

  private Backlog backlog;

  @BeforeEach
  void prepare() {
    backlog = new Backlog(LAB.postgres(), 7);
  }

  @Test
  void an_entry_that_may_not_start_yet_is_put_back_however_often() {
    var entry = ready(1).getFirst();

    await(backlog.putBack(List.of(entry), false));
    await(backlog.putBack(List.of(entry), false));

    assertThat(LAB.rows("select priority, tenant, job, attempt from backlog_jobs"))
        .extracting(
            row -> row.getShort(0),
            row -> row.getString(1),
            row -> row.getUUID(2),
            row -> row.getInteger(3))
        .containsOnly(tuple(NORMAL.code(), "default", entry.id(), 0));
    assertThat(LAB.rows("select from backlog")).hasSize(1);
  }

  @Test
  void its_depth_is_the_number_of_jobs_and_not_of_rows() {
    assertThat(await(backlog.depths())).isEmpty();

    await(backlog.putBack(ready(70), false));
    await(backlog.putBack(ready(1), false));

    assertThat(await(backlog.depths())).isEqualTo(Map.of(NORMAL, 71L));
  }

  @Test
  void an_entry_whose_job_has_moved_on_is_not_put_back() {
    var entries = ready(3);
    var _ = LAB.rows("update jobs set state = 'CANCELLED' where id = $1", entries.get(0).id());
    var _ = LAB.rows("update jobs set attempt = 1 where id = $1", entries.get(1).id());

    await(backlog.putBack(entries, false));

    assertThat(waiting()).containsExactly(entries.get(2).id());
  }

  @Test
  void what_nobody_relayed_for_two_seconds_is_moved_here() {
    var old = ready(2);
    var young = ready(2);
    outbox(old, 3);
    outbox(young, -60);
    var _ = LAB.rows("update jobs set priority = 0, attempt = 4 where id = $1", old.get(0).id());

    assertThat(await(backlog.sweep())).containsExactlyInAnyOrder(HIGH, NORMAL);

    assertThat(LAB.rows("select job, attempt from backlog_jobs order by priority"))
        .extracting(row -> row.getUUID(0), row -> row.getInteger(1))
        .containsExactly(tuple(old.get(0).id(), 4), tuple(old.get(1).id(), 0));
    assertThat(LAB.rows("select jobs from outbox"))
        .singleElement()
        .satisfies(row -> assertThat(row.getArrayOfUUIDs(0)).containsExactly(ids(young)));
    assertThat(await(backlog.sweep())).isEmpty();
  }

  @Test
  void a_job_that_has_moved_on_leaves_the_outbox_and_is_not_moved_here() {
    var entries = ready(2);
    outbox(entries, 3);
    var _ = LAB.rows("update jobs set state = 'RUNNING' where id = $1", entries.get(0).id());

    assertThat(await(backlog.sweep())).containsExactly(NORMAL);

    assertThat(waiting()).containsExactly(entries.get(1).id());
    assertThat(LAB.rows("select from outbox")).isEmpty();
  }

  @Test
  void the_tenants_that_wait_are_named_once_each_and_by_priority() {
    var _ = BacklogRows.write(LAB, NORMAL, "b", 3);
    var _ = BacklogRows.write(LAB, NORMAL, "a", 2);
    var _ = BacklogRows.write(LAB, HIGH, "c", 1);

    assertThat(await(backlog.waiting(NORMAL, 10, ""))).containsExactly("a", "b");
    assertThat(await(backlog.waiting(NORMAL, 1, ""))).containsExactly("a");
    assertThat(await(backlog.waiting(NORMAL, 10, "a"))).containsExactly("b");
    assertThat(await(backlog.waiting(NORMAL, 10, "b"))).isEmpty();
    assertThat(await(backlog.waiting(HIGH, 10, ""))).containsExactly("c");
  }

  @Test
  void each_turn_moves_the_next_jobs_of_its_tenant_to_the_outbox() {
    var a = BacklogRows.write(LAB, NORMAL, "a", 4);
    var b = BacklogRows.write(LAB, NORMAL, "b", 1);
    var batch = Ids.next();
    var turns =
        List.of(new Backlog.Turn("a", a.getFirst(), 2), new Backlog.Turn("b", BEGINNING, 2));

    var entries = fed(turns, batch);

    assertThat(entries)
        .containsExactlyInAnyOrder(
            new Entry(a.get(1), 0, "a", NORMAL),
            new Entry(a.get(2), 0, "a", NORMAL),
            new Entry(b.get(0), 0, "b", NORMAL));
    assertThat(waiting()).containsExactlyInAnyOrder(a.get(0), a.get(3));
    var outbox = LAB.rows("select id, node, jobs from outbox");
    assertThat(outbox).hasSize(1);
    assertThat(outbox.getFirst().getUUID(0)).isEqualTo(batch);
    assertThat(outbox.getFirst().getInteger(1)).isEqualTo(7);
    assertThat(outbox.getFirst().getArrayOfUUIDs(2)).containsExactlyInAnyOrder(ids(entries));
  }

  @Test
  void a_turn_that_finds_nothing_leaves_no_outbox_row() {
    var turn = List.of(new Backlog.Turn("a", BEGINNING, 10));

    assertThat(fed(turn, Ids.next())).isEmpty();
    assertThat(LAB.rows("select from outbox")).isEmpty();
  }

  @Test
  void rows_leave_whole_until_the_amount_is_reached() {
    var some = Stream.generate(Ids::next).limit(10).toArray(UUID[]::new);
    var more = Stream.generate(Ids::next).limit(10).toArray(UUID[]::new);
    var rest = BacklogRows.write(LAB, NORMAL, "a", 3);
    row("a", some);
    row("a", more);
    var turns = List.of(new Backlog.Turn("a", BEGINNING, 15), new Backlog.Turn("b", BEGINNING, 15));

    var fed = await(backlog.feed(NORMAL, turns, 15, Ids.next()));

    assertThat(fed).extracting(one -> one.entry().id()).hasSize(20).contains(some).contains(more);
    assertThat(fed).extracting(Backlog.Fed::row).containsOnly(some[0], more[0]);
    assertThat(waiting()).containsExactlyInAnyOrderElementsOf(rest);
  }

  private static void row(String tenant, UUID... jobs) {
    var _ =
        LAB.rows(
            "insert into backlog values ($1, $2, $3, $4, array_fill(0, array[cardinality($4)]))",
            NORMAL.code(),
            tenant,
            jobs[0],
            jobs);
  }

  private List<Entry> fed(List<Backlog.Turn> turns, UUID batch) {
    return await(backlog.feed(NORMAL, turns, 1000, batch)).stream()
        .map(Backlog.Fed::entry)
        .toList();
  }

  private static List<Entry> ready(int count) {
    return LAB.ready(count).stream().map(Delivery::entry).toList();
  }

  private static void outbox(List<Entry> entries, int secondsAgo) {
    var _ =
        LAB.rows(
            """
            insert into outbox (id, node, created_at, jobs)
            values ($1, 7, now() - $2 * interval '1 s', $3)
            """,
            Ids.next(),
            secondsAgo,
            ids(entries));
  }

  private static List<UUID> waiting() {
    return LAB.rows("select job from backlog_jobs").stream().map(row -> row.getUUID(0)).toList();
  }

  private static UUID[] ids(List<Entry> entries) {
    return entries.stream().map(Entry::id).toArray(UUID[]::new);
  }
}
