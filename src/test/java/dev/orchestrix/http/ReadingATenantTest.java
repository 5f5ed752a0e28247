package dev.orchestrix.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.orchestrix.core.time.Durations;
import dev.orchestrix.tenant.RetentionRange;
import dev.orchestrix.tenant.Tenant;
import dev.orchestrix.tenant.TenantLimits;
import dev.orchestrix.tenant.TenantQuotas;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ReadingATenantTest {

  @Test
  void a_rate_of_zero_stops_the_tenant() {
    var tenant = new Tenant("acme", 1, TenantLimits.of(0, 5));

    assertThat(read("0")).isEqualTo(new TenantReader.Read(tenant));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.000001", "1000000"})
  void the_least_and_the_highest_rate_are_taken(String rate) {
    var tenant = new Tenant("acme", 1, TenantLimits.of(Double.parseDouble(rate), 5));

    assertThat(read(rate)).isEqualTo(new TenantReader.Read(tenant));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "0.0000009", "1000001"})
  void any_other_rate_is_refused_by_its_path(String rate) {
    assertThat(read(rate))
        .asInstanceOf(type(TenantReader.Refused.class))
        .satisfies(
            refused -> {
              assertThat(refused.problem().code()).isEqualTo(ProblemCode.OUT_OF_RANGE);
              assertThat(refused.problem().errors())
                  .extracting(Violation::path)
                  .containsExactly("/limits/rate");
            });
  }

  @Test
  void the_weight_is_1_unless_it_is_given() {
    assertThat(document("{}")).isEqualTo(new TenantReader.Read(new Tenant("acme", 1, null)));
    assertThat(document("{\"weight\":null}")).isEqualTo(document("{}"));
    assertThat(document("{\"weight\":1000}"))
        .isEqualTo(new TenantReader.Read(new Tenant("acme", 1000, null)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1001", "1.5", "\"2\""})
  void any_other_weight_is_refused(String weight) {
    assertThat(document("{\"weight\":" + weight + "}")).isInstanceOf(TenantReader.Refused.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"24h", "3d", "7d"})
  void jobs_are_kept_for_as_long_as_keys_at_least_and_as_everybodys_at_most(String retention) {
    assertThat(document("{\"retention\":\"" + retention + "\"}"))
        .isEqualTo(
            new TenantReader.Read(
                new Tenant(
                    "acme",
                    1,
                    null,
                    TenantQuotas.NONE,
                    Durations.parse(retention).orElseThrow(),
                    false)));
    assertThat(document("{\"retention\":null}")).isEqualTo(document("{}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"23h", "169h", "8d"})
  void any_other_retention_is_refused_and_what_may_be_is_said(String retention) {
    assertThat(document("{\"retention\":\"" + retention + "\"}"))
        .asInstanceOf(type(TenantReader.Refused.class))
        .satisfies(
            refused -> {
              assertThat(refused.problem().code()).isEqualTo(ProblemCode.OUT_OF_RANGE);
              assertThat(refused.problem().detail()).contains("/retention", "1d to 7d");
            });
  }

  @Test
  void a_rate_needs_no_burst_and_a_burst_needs_a_rate() {
    assertThat(document("{\"limits\":{\"rate\":4.5}}"))
        .isEqualTo(document("{\"limits\":{\"rate\":4.5,\"burst\":5}}"));
    assertThat(document("{\"limits\":{\"burst\":5}}"))
        .asInstanceOf(type(TenantReader.Refused.class))
        .satisfies(refused -> assertThat(refused.problem().detail()).contains("/limits/rate"));
  }

  private static TenantReader.Reading read(String rate) {
    return document("{\"limits\":{\"rate\":" + rate + ",\"burst\":5}}");
  }

  private static TenantReader.Reading document(String text) {
    return TenantReader.read(
        text.getBytes(UTF_8), "acme", new RetentionRange(Duration.ofHours(24), Duration.ofDays(7)));
  }
}
