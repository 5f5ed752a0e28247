package dev.orchestrix.recover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.store.Ids;
import dev.orchestrix.testkit.Lab;
import io.vertx.sqlclient.Tuple;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ForgettingKeysIT {

  @RegisterExtension static final Lab LAB = new Lab();

  @Test
  void keys_whose_time_is_over_go_and_the_others_stay() {
    var _ =
        LAB.rows(
            """
            insert into idempotency_keys (tenant, key, job, request, expires_at)
            select 'default', 'k' || n, gen_random_uuid(), '\\x00',
                   now() + case when n > 2500 then interval '1 hour' else interval '-1 second' end
              from generate_series(1, 2510) n
            """);

    sweep();

    assertThat(LAB.number("select count(*) from idempotency_keys")).isEqualTo(10);
  }

  @Test
  void kinds_go_when_their_job_no_longer_stands_for_them() {
    var alive = LAB.ready(1).getFirst().entry().id();
    kind("alive", alive, "'{PENDING}'", "null");
    kind("ended", alive, "'{RUNNING}'", "null");
    kind("ended but recent", alive, "'{RUNNING}'", "now() + interval '1 hour'");
    kind("alive and over", alive, "'{PENDING}'", "now() - interval '1 hour'");
    kind("gone", Ids.next(), "'{PENDING}'", "now() - interval '1 hour'");

    sweep();

    assertThat(LAB.rows("select convert_from(key, 'UTF8') from unique_jobs order by key"))
        .map(row -> row.getString(0))
        .containsExactly("alive", "alive and over", "ended but recent");
  }

  @Test
  void all_of_many_kinds_are_looked_at() {
    var _ =
        LAB.rows(
            """
            insert into unique_jobs (tenant, key, job, states)
            select 'default', convert_to('k' || n, 'UTF8'), gen_random_uuid(), '{PENDING}'
              from generate_series(1, 2500) n
            """);

    sweep();

    assertThat(LAB.number("select count(*) from unique_jobs")).isZero();
  }

  @Test
  void a_kind_that_is_being_taken_anew_is_left_alone() {
    kind("busy", Ids.next(), "'{PENDING}'", "null");
    var elsewhere = Lab.await(LAB.postgres().writes().getConnection());
    var transaction = Lab.await(elsewhere.begin());
    var job = LAB.ready(1).getFirst().entry().id();
    var _ =
        Lab.await(
            elsewhere.preparedQuery("update unique_jobs set job = $1").execute(Tuple.of(job)));

    sweep();
    var _ = Lab.await(transaction.commit());
    var _ = Lab.await(elsewhere.close());

    assertThat(LAB.number("select count(*) from unique_jobs where job = $1", job)).isEqualTo(1);
  }

  private static void kind(String name, Object job, String states, String until) {
    var _ =
        LAB.rows(
            "insert into unique_jobs (tenant, key, job, states, until) values ('default',"
                + " convert_to($1::text, 'UTF8'), $2, %s, %s)".formatted(states, until),
            name,
            job);
  }

  private static void sweep() {
    var _ = Lab.await(new KeySweep(LAB.postgres()).turn());
  }
}
