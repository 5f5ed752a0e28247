package dev.orchestrix.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ReadingARetryTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "{}"})
  void who_says_nothing_keeps_the_payload(String document) {
    assertThat(read(document)).isEqualTo(new RetryReader.Read(null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\": [1, 2]}", "null", "\"text\"", "7"})
  void a_payload_is_taken_as_it_is_written(String payload) {
    assertThat(read("{\"payload\": " + payload + "}")).isEqualTo(new RetryReader.Read(payload));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | WRONG_TYPE",
        "{\"pay\":1} | UNKNOWN_FIELD",
        "{\"payload\":} | INVALID_JSON",
        "{\"payload\":\"a\\u0000\"} | NUL_CHARACTER",
        "{\"payload\":{\"a\":1,\"a\":2}} | DUPLICATE_KEY"
      })
  void what_no_submission_could_carry_is_refused(String document, ProblemCode code) {
    assertThat(refused(document)).isEqualTo(code);
  }

  @Test
  void a_payload_is_as_long_and_as_deep_as_that_of_a_submission() {
    assertThat(refused("{\"payload\":\"" + "x".repeat(256 * 1024) + "\"}"))
        .isEqualTo(ProblemCode.TOO_LONG);
    assertThat(refused("{\"payload\":" + "[".repeat(65) + "]".repeat(65) + "}"))
        .isEqualTo(ProblemCode.TOO_DEEP);
    assertThat(read("{\"payload\":" + "[".repeat(64) + "]".repeat(64) + "}"))
        .isInstanceOf(RetryReader.Read.class);
  }

  private static ProblemCode refused(String document) {
    return ((RetryReader.Refused) read(document)).problem().code();
  }

  private static RetryReader.Reading read(String document) {
    return RetryReader.read(document.getBytes(UTF_8));
  }
}
