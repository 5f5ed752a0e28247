package dev.orchestrix.tenant;

import static dev.orchestrix.testkit.Lab.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Lab;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How many jobs of a tenant a feeder moves at once. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class FeedingByRatesIT {
  @RegisterExtension static final Lab LAB = new Lab();

  private Rules rules;

  @BeforeEach
  void read() {
    rules = Rules.of(LAB.vertx(), LAB.postgres(), LAB.meters());
  }

  @Test
  void without_a_rate_as_many_as_there_are() {
    assertThat(rules.atOnce("default")).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void under_a_rate_its_burst_and_two_seconds_of_it() {
    put(10, 4);

    assertThat(rules.atOnce("rated")).isEqualTo(24);
  }

  @Test
  void none_while_it_is_stopped() {
    put(0, 4);

    assertThat(rules.atOnce("rated")).isZero();
  }

  private void put(double rate, int burst) {
    var _ = await(rules.tenants().put(new Tenant("rated", 1, TenantLimits.of(rate, burst))));
  }
}
