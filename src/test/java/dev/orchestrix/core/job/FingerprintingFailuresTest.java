package dev.orchestrix.core.job;

import static dev.orchestrix.core.job.ErrorCategory.HANDLER_ERROR;
import static dev.orchestrix.core.job.ErrorCategory.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class FingerprintingFailuresTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "order 17 is gone | order 123456 is gone",
        "took 1.5 s of 2 s | took 12.25 s of 60 s",
        "no row 019b7968-8f00-7000-8000-000000000001 | no row 7D444840-9DC0-11D1-B245-5FFDCE74FAD2",
        "bad digest 9f86d081884c7d65 | bad digest 60303ae22b998861",
        "at address 0x7ffd03 | at address 0xA",
        "unknown user \"ann\" | unknown user \"a user with a much longer name, 7\"",
        "unknown user 'ann' in 'x' | unknown user 'bob' in 'y'",
        "not before 2026-01-01T12:00:00Z | not before 2027-11-30T01:02:03.456+02:00",
        "not before 2026-01-01 12:00 | not before 2026-12-31 23:59:59",
        "closed at 12:00 | closed at 23:59:59.999",
      })
  void messages_that_differ_in_what_names_one_job_are_alike(String one, String other) {
    assertThat(of(one)).isEqualTo(of(other));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "connection refused | connection reset",
        "order 17 is gone | invoice 17 is gone",
        "can't open it, won't try | can't close it, won't try",
        "deadbeef feedface | deadbeef cafebabe",
        "the face is bad | the fade is bad",
      })
  void messages_that_differ_in_words_are_not_alike(String one, String other) {
    assertThat(of(one)).isNotEqualTo(of(other));
  }

  @Test
  void another_type_or_category_is_another_cause() {
    assertThat(Fingerprint.of("mail", TIMEOUT, "late", null)).isNotEqualTo(of("late"));
    assertThat(Fingerprint.of("letter", HANDLER_ERROR, "late", null)).isNotEqualTo(of("late"));
    assertThat(Fingerprint.of("mail", TIMEOUT)).isNotEqualTo(Fingerprint.of("mail", HANDLER_ERROR));
  }

  @Test
  void the_place_in_the_code_tells_causes_apart_and_its_line_does_not() {
    var stack = stack(here("a"));

    assertThat(of("a", stack)).isEqualTo(of("a", stack.replaceAll(":\\d+\\)", ":4711)")));
    assertThat(of("a", stack)).isNotEqualTo(of("a", stack(there("a"))));
    assertThat(of("a", stack)).isNotEqualTo(of("a"));
  }

  @Test
  void frames_below_the_top_ones_do_not_matter() {
    var stack = "java.io.IOException: a\n" + "\tat a.B.c(B.java:1)\n".repeat(5);

    assertThat(of("a", stack + "\tat x.Y.z(Y.java:1)")).isEqualTo(of("a", stack));
  }

  @Test
  void what_the_compiler_and_the_jvm_number_does_not_matter() {
    var one = "E\n\tat a.B.lambda$run$0(B.java:1)\n\tat a.B$$Lambda/0x00007f1a2b3c.run(Unknown)";
    var other = "E\n\tat a.B.lambda$run$12(B.java:9)\n\tat a.B$$Lambda/0x00007f99.run(Unknown)";

    assertThat(of("a", one)).isEqualTo(of("a", other));
  }

  @Test
  void a_cause_behind_the_same_wrapping_tells_failures_apart() {
    var wrapped = stack(wrapping(here("7")));

    assertThat(of("failed", wrapped)).isEqualTo(of("failed", stack(wrapping(here("8")))));
    assertThat(of("failed", wrapped)).isNotEqualTo(of("failed", stack(wrapping(there("7")))));
    assertThat(of("failed", wrapped)).isNotEqualTo(of("failed", stack(wrapping(odd("7")))));
  }

  @Test
  void it_is_sixteen_hex_digits_and_is_never_made_otherwise() {
    assertThat(of("order 17 is gone").text()).isEqualTo("a4557209b261221f");
    assertThat(Fingerprint.of("mail", TIMEOUT).text()).isEqualTo("b710740d23896611");
  }

  @Test
  void a_hostile_message_takes_no_time_to_speak_of() {
    var hostile = "'\"".repeat(200_000) + "1-2:3.".repeat(100_000) + "a1".repeat(100_000);

    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> of(hostile, hostile));
  }

  private static Fingerprint of(String message) {
    return of(message, null);
  }

  private static Fingerprint of(String message, @Nullable String stack) {
    return Fingerprint.of("mail", HANDLER_ERROR, message, stack);
  }

  private static Exception here(String message) {
    return new IllegalStateException(message);
  }

  private static Exception there(String message) {
    return new IllegalStateException(message);
  }

  private static Exception odd(String message) {
    return new ArithmeticException(message);
  }

  private static Exception wrapping(Exception cause) {
    return new IllegalStateException("failed", cause);
  }

  private static String stack(Exception thrown) {
    var text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
