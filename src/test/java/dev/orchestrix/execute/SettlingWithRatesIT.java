package dev.orchestrix.execute;

import static dev.orchestrix.testkit.Lab.await;
import static dev.orchestrix.testkit.Lab.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.admission.Settlement;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.redis.Keys;
import dev.orchestrix.tenant.Rules;
import dev.orchestrix.tenant.Tenant;
import dev.orchestrix.tenant.TenantLimits;
import dev.orchestrix.testkit.Lab;
import io.vertx.redis.client.Command;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An executor is assigned entries that start nothing, or late, under a rate of their tenant. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SettlingWithRatesIT {
  private static final int NODE = 1;

  @RegisterExtension static final Lab LAB = new Lab();

  private Rules rules;
  private OneExecutor executor;

  @BeforeEach
  void start() {
    rules = Rules.of(LAB.vertx(), LAB.postgres(), LAB.meters());
    limit(0.001);
    executor = OneExecutor.start(LAB, NODE, new Settlement(LAB.redis(), rules), _ -> null);
    var _ = LAB.redis(Command.HSET, Keys.bucket("default"), "tokens", 0, "real", 0);
  }

  @AfterEach
  void stop() {
    executor.stop();
  }

  @Test
  void the_token_of_a_job_that_was_cancelled_is_given_back() {
    var ready = LAB.ready(3);
    var cancelled = ready.getFirst().entry().id();
    var _ = LAB.rows("update jobs set state = 'CANCELLED' where id = $1", cancelled);

    executor.assign(ready);

    until("its token is back", () -> wholeTokens() == 1);
    until("the others ran", () -> LAB.number("select count(*) from jobs where attempt = 1") == 2);
  }

  @Test
  void the_token_of_a_second_entry_of_a_job_is_given_back() {
    var one = LAB.ready(1).getFirst();

    executor.assign(List.of(one));
    until("it ran", () -> LAB.state(one.entry().id()) == JobState.SUCCEEDED);
    executor.assign(List.of(one));

    until("one token of two is back", () -> wholeTokens() == 1);
  }

  @Test
  void the_tokens_of_what_a_node_without_a_lease_leaves_to_others_are_given_back() {
    executor.loseLease();

    executor.assign(LAB.ready(3));

    until("all are back", () -> tokens() == 3_000_000);
    assertThat(LAB.number("select count(*) from jobs where attempt > 0")).isZero();
  }

  @Test
  void what_came_in_while_jobs_were_late_is_lost() {
    limit(1000);

    executor.assign(LAB.ready(3), TimeUnit.SECONDS.toNanos(5));

    until("as much as they cost is lost", () -> tokens() == -3_000_000);
  }

  private void limit(double rate) {
    var _ = await(rules.tenants().put(new Tenant("default", 1, TenantLimits.of(rate, 10))));
  }

  /** Next to nothing comes in meanwhile, and as little is lost where a claim took long. */
  private static long wholeTokens() {
    return Math.round(tokens() / 1e6);
  }

  private static long tokens() {
    return Long.parseLong(
        String.valueOf(LAB.redis(Command.HGET, Keys.bucket("default"), "tokens")));
  }
}
