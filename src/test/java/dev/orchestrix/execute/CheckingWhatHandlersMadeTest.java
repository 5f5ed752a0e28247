package dev.orchestrix.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.job.ErrorCategory;
import dev.orchestrix.core.job.Outcome;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CheckingWhatHandlersMadeTest {

  @ParameterizedTest
  @ValueSource(strings = {"null", "1", "\"text\"", "{\"a\":[1,2,{}]}", " [ ] "})
  void any_json_value_is_a_result(String json) {
    assertThat(Results.checked(json)).isEqualTo(new Outcome.Succeeded(json));
  }

  @Test
  void so_is_nothing() {
    assertThat(Results.checked(null)).isEqualTo(new Outcome.Succeeded(null));
  }

  @Test
  void a_result_of_256_kib_is_kept_whole() {
    var result = '"' + "x".repeat(256 * 1024 - 2) + '"';

    assertThat(Results.checked(result)).isEqualTo(new Outcome.Succeeded(result));
  }

  @Test
  void a_larger_one_is_rejected_with_its_size_and_the_limit() {
    assertThat(refused('"' + "x".repeat(256 * 1024 - 1) + '"'))
        .isEqualTo("the result has 262145 bytes; the limit is 262144");
  }

  @Test
  void the_size_is_that_in_utf8() {
    assertThat(refused('"' + "ü".repeat(200_000) + '"'))
        .isEqualTo("the result has 400002 bytes; the limit is 262144");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``          | the result is empty; JSON was expected
          `  `        | the result is empty; JSON was expected
          {} {}       | the result is more than one JSON value
          {"a":1},    | the result is not JSON: Unexpected character (',' (code 44))
          done        | the result is not JSON: Unrecognized token 'done'
          {"a":       | the result is not JSON: Unexpected end-of-input
          [1,2        | the result is not JSON: Unexpected end-of-input
          """)
  void what_is_not_one_json_value_is_rejected(String result, String message) {
    assertThat(refused(result)).startsWith(message);
  }

  @Test
  void neither_is_what_nobody_could_read_any_more() {
    assertThat(refused("[".repeat(600) + "]".repeat(600))).contains("nesting depth");
  }

  @Test
  void a_checkpoint_is_held_against_its_own_limit() {
    assertThat(JsonText.fault("the checkpoint", "[1]", 3)).isEmpty();
    assertThat(JsonText.fault("the checkpoint", "[12]", 3))
        .contains("the checkpoint has 4 bytes; the limit is 3");
  }

  private static String refused(String result) {
    var outcome = Results.checked(result);
    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    var failed = (Outcome.Failed) outcome;
    assertThat(failed.category()).isEqualTo(ErrorCategory.REJECTED);
    assertThat(failed.retryable()).isFalse();
    return failed.message();
  }
}
