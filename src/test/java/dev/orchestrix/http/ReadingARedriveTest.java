package dev.orchestrix.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.job.LetterFilter;
import dev.orchestrix.recover.Redriving;
import java.time.Instant;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ReadingARedriveTest {

  @Test
  void an_empty_filter_means_all_of_the_default_tenant_at_a_hundred_a_second() {
    var read = read("{\"filter\":{}}");

    assertThat(read.preview()).isFalse();
    assertThat(read.order())
        .isEqualTo(
            new Redriving.Order(
                new LetterFilter("default", null, null, null, null, null), 100, null));
  }

  @Test
  void every_field_is_read() {
    var read =
        read(
            """
            {"filter":{"tenant":"acme","type":"mail","category":"TIMEOUT",
             "fingerprint":"0123456789abcdef","failed_after":"2026-01-01T12:00:00Z",
             "failed_before":"2026-01-01T15:00:00+02:00"},
             "rate":0.5,"stop_after_failures":3,"preview":true}
            """);

    assertThat(read.preview()).isTrue();
    assertThat(read.order())
        .isEqualTo(
            new Redriving.Order(
                new LetterFilter(
                    "acme",
                    "mail",
                    "TIMEOUT",
                    "0123456789abcdef",
                    Instant.parse("2026-01-01T12:00:00Z"),
                    Instant.parse("2026-01-01T13:00:00Z")),
                0.5,
                3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | /filter required",
        "{\"filter\":null} | /filter required",
        "{\"filter\":[]} | /filter wrong_type",
        "{\"filter\":{},\"speed\":1} | /speed unknown_field",
        "{\"filter\":{\"state\":\"FAILED\"}} | /filter/state unknown_field",
        "{\"filter\":{\"tenant\":\"No Tenant\"}} | /filter/tenant unknown_tenant",
        "{\"filter\":{\"fingerprint\":\"0123\"}} | /filter/fingerprint invalid_value",
        "{\"filter\":{\"type\":\"\"}} | /filter/type invalid_value",
        "{\"filter\":{\"failed_after\":\"yesterday\"}} | /filter/failed_after invalid_value",
        "{\"filter\":{\"failed_after\":\"-9999-01-01T00:00:00Z\"}} | /filter/failed_after"
            + " invalid_value",
        "{\"filter\":{},\"rate\":0} | /rate out_of_range",
        "{\"filter\":{},\"rate\":\"fast\"} | /rate wrong_type",
        "{\"filter\":{},\"stop_after_failures\":0} | /stop_after_failures out_of_range",
        "{\"filter\":{},\"preview\":\"yes\"} | /preview wrong_type",
      })
  void what_means_nothing_is_refused_where_it_stands(String document, String violation) {
    assertThat(Documents.violations(refused(document))).containsExactly(violation);
  }

  @Test
  void everything_that_is_wrong_is_said_at_once() {
    var problem = refused("{\"filter\":{\"fingerprint\":7,\"x\":1},\"rate\":-1,\"preview\":0}");

    assertThat(problem.code()).isEqualTo(ProblemCode.VALIDATION_FAILED);
    assertThat(Documents.violations(problem))
        .containsExactly(
            "/filter/fingerprint wrong_type",
            "/filter/x unknown_field",
            "/rate out_of_range",
            "/preview wrong_type");
  }

  @Test
  void a_time_span_that_ends_before_it_begins_is_refused() {
    var problem =
        refused(
            """
            {"filter":{"failed_after":"2026-01-02T00:00:00Z",
                       "failed_before":"2026-01-01T00:00:00Z"}}
            """);

    assertThat(Documents.violations(problem)).containsExactly("/filter/failed_before conflict");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"' ' | EMPTY_BODY", "{ | INVALID_JSON", "{\"filter\":{}} x | INVALID_JSON"})
  void what_is_no_document_is_refused(String document, ProblemCode code) {
    assertThat(refused(document).code()).isEqualTo(code);
  }

  private static RedriveReader.Read read(String document) {
    return (RedriveReader.Read) RedriveReader.read(document.getBytes(UTF_8), "default");
  }

  private static Problem refused(String document) {
    return ((RedriveReader.Refused) RedriveReader.read(document.getBytes(UTF_8), "default"))
        .problem();
  }
}
