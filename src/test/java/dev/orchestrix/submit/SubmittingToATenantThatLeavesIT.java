package dev.orchestrix.submit;

import static dev.orchestrix.submit.Jobs.withKey;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.job.Idempotency;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.core.job.Unique.OnConflict;
import dev.orchestrix.testkit.Lab;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node that has not heard that a tenant is being deleted, or is gone, takes jobs in. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@SuppressWarnings("NullAway.Init")
class SubmittingToATenantThatLeavesIT {
  @RegisterExtension static final Lab LAB = new Lab();

  private SubmittingNode node;

  @BeforeEach
  void start() {
    node = new SubmittingNode(LAB, 1);
    var _ =
        LAB.rows("insert into tenants (id, leaving_at) values ('leaving', now()), ('there', null)");
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void nothing_of_it_is_written_and_the_jobs_beside_it_are() {
    var jobs =
        List.of(
            job("there", null),
            job("leaving", null),
            job("gone", null),
            job("leaving", Instant.now().plusSeconds(60)),
            job("there", null));

    var answers = LAB.inOneTurn(() -> jobs.stream().map(node::send).toList());

    assertThat(answers.stream().map(Lab::await))
        .containsExactly(
            Submitted.ACCEPTED,
            new Submitted.Closed(),
            new Submitted.Closed(),
            new Submitted.Closed(),
            Submitted.ACCEPTED);
    assertThat(LAB.number("select count(*) from jobs where tenant = 'there'")).isEqualTo(2);
    assertThat(LAB.number("select count(*) from jobs")).isEqualTo(2);
    assertThat(LAB.number("select count(*) from timers")).isZero();
  }

  @Test
  void its_keys_are_not_kept_and_those_beside_them_are() {
    var jobs =
        Stream.of("there", "leaving", "gone").map(tenant -> withKey(tenant, "k", "one")).toList();

    var answers = LAB.inOneTurn(() -> jobs.stream().map(node::send).toList());

    assertThat(answers.stream().map(Lab::await))
        .containsExactly(Submitted.ACCEPTED, new Submitted.Closed(), new Submitted.Closed());
    assertThat(LAB.number("select count(*) from idempotency_keys")).isEqualTo(1);
    assertThat(LAB.number("select count(*) from jobs")).isEqualTo(1);
  }

  @Test
  void a_key_that_would_be_pointed_at_a_job_of_it_is_not_kept_either() {
    var _ = LAB.rows("update tenants set leaving_at = null");
    var rule = Jobs.kind("a", new OnConflict.Return());
    var first = Jobs.job("leaving", "{}", null, null, rule);
    assertThat(node.submit(first)).isEqualTo(Submitted.ACCEPTED);
    var _ = LAB.rows("update tenants set leaving_at = now() where id = 'leaving'");

    var second = Jobs.job("leaving", "{}", null, new Idempotency("k", Jobs.hash("r")), rule);

    assertThat(node.submit(second)).isEqualTo(new Submitted.Closed());
    assertThat(LAB.number("select count(*) from idempotency_keys")).isZero();
  }

  private static NewJob job(String tenant, @Nullable Instant runAt) {
    return Jobs.job(tenant, "{}", runAt, null, null);
  }
}
