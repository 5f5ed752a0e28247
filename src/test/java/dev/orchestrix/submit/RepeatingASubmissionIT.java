package dev.orchestrix.submit;

import static dev.orchestrix.submit.Jobs.withKey;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Lab;
import io.vertx.core.Future;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The same submission several times; {@code -Dkeys.repetitions=1000} repeats the races longer. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RepeatingASubmissionIT {
  private static final int REPETITIONS = Integer.getInteger("keys.repetitions", 20);

  @RegisterExtension static final Lab LAB = new Lab();

  @SuppressWarnings("NullAway.Init")
  private static SubmittingNode here;

  @SuppressWarnings("NullAway.Init")
  private static SubmittingNode there;

  @BeforeAll
  static void start() {
    here = new SubmittingNode(LAB, 1);
    there = new SubmittingNode(LAB, 2);
  }

  @AfterAll
  static void stop() {
    here.close();
    there.close();
  }

  @Test
  void of_100_at_once_on_one_node_one_makes_the_job_and_all_get_it() {
    for (int i = 0; i < REPETITIONS; i++) {
      race("one-" + i, here, here);
    }
  }

  @Test
  void of_100_at_once_on_two_nodes_one_makes_the_job_and_all_get_it() {
    for (int i = 0; i < REPETITIONS; i++) {
      race("two-" + i, here, there);
    }
  }

  private static void race(String key, SubmittingNode... nodes) {
    var jobs = Stream.generate(() -> withKey(key, key)).limit(100).toList();
    var before = LAB.number("select count(*) from jobs");

    var answers = SubmittingNode.race(jobs, nodes);

    var ids =
        Stream.iterate(0, i -> i < 100, i -> i + 1)
            .map(
                i ->
                    answers.get(i) instanceof Submitted.Replayed(var first)
                        ? first
                        : jobs.get(i).id())
            .collect(Collectors.toSet());
    assertThat(answers).filteredOn(Submitted.ACCEPTED::equals).hasSize(1);
    assertThat(ids).hasSize(1);
    assertThat(LAB.number("select count(*) from jobs")).isEqualTo(before + 1);
    assertThat(LAB.number("select count(*) from jobs where id = $1", ids.iterator().next()))
        .isEqualTo(1);
  }

  @Test
  void another_request_with_the_same_key_is_told_so_and_writes_nothing() {
    assertThat(here.submit(withKey("k", "one"))).isEqualTo(Submitted.ACCEPTED);

    assertThat(there.submit(withKey("k", "two"))).isEqualTo(new Submitted.Mismatch());
    assertThat(LAB.number("select count(*) from jobs")).isEqualTo(1);
  }

  @Test
  void a_key_is_known_after_the_job_has_ended() {
    var first = withKey("k", "one");
    var _ = here.submit(first);
    var _ = LAB.rows("update jobs set state = 'SUCCEEDED' where id = $1", first.id());

    assertThat(there.submit(withKey("k", "one"))).isEqualTo(new Submitted.Replayed(first.id()));
  }

  @Test
  void keys_of_two_tenants_do_not_meet() {
    var _ = LAB.rows("insert into tenants (id) values ('acme')");
    assertThat(here.submit(withKey("default", "k", "one"))).isEqualTo(Submitted.ACCEPTED);

    assertThat(here.submit(withKey("acme", "k", "two"))).isEqualTo(Submitted.ACCEPTED);
    assertThat(LAB.number("select count(*) from idempotency_keys where key = 'k'")).isEqualTo(2);
  }

  @Test
  void a_key_whose_time_is_over_is_a_new_one() {
    var _ = here.submit(withKey("k", "one"));
    var _ = LAB.rows("update idempotency_keys set expires_at = now()");
    var second = withKey("k", "two");

    assertThat(here.submit(second)).isEqualTo(Submitted.ACCEPTED);
    assertThat(here.submit(withKey("k", "two"))).isEqualTo(new Submitted.Replayed(second.id()));
  }

  @Test
  void a_key_is_kept_for_as_long_as_the_setting_says() {
    var _ = here.submit(withKey("k", "one"));

    assertThat(
            LAB.number(
                """
                select count(*)
                  from idempotency_keys
                 where expires_at between now() + interval '23 hours 55 minutes'
                                      and now() + interval '24 hours'
                """))
        .isEqualTo(1);
  }

  @Test
  void a_key_of_a_job_that_could_not_be_written_is_free() {
    var job = withKey("k", "one");
    var _ =
        LAB.rows(
            "insert into jobs (id, tenant, type, state, priority, max_attempts, payload)"
                + " values ($1, 'default', 'noop', 'PENDING', 1, 3, '{}')",
            job.id());

    assertThat(here.send(job).transform(done -> Future.succeededFuture(done.failed())))
        .satisfies(failed -> assertThat(Lab.await(failed)).isTrue());
    assertThat(LAB.number("select count(*) from idempotency_keys")).isZero();
    assertThat(here.submit(withKey("k", "two"))).isEqualTo(Submitted.ACCEPTED);
  }

  @Test
  void a_job_with_a_key_is_sent_on_its_way_like_any_other() {
    var job = withKey("k", "one");

    var _ = here.submit(job);

    Lab.until(
        "relayed, and its outbox row gone", () -> LAB.number("select count(*) from outbox") == 0);
    UUID id = job.id();
    assertThat(LAB.rows("select state::text from jobs where id = $1", id).getFirst().getString(0))
        .isEqualTo("PENDING");
  }
}
