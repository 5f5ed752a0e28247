package dev.orchestrix.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrix.core.job.ErrorCategory;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SleepingTest {
  private final SleepHandler sleep = new SleepHandler();

  @Test
  void a_job_sleeps_as_long_as_it_says_and_answers_nothing() throws Exception {
    long start = System.nanoTime();

    var result = sleep.run(TestJob.of("{\"duration\": \"20ms\"}"));

    assertThat(result).isNull();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(19));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "PT0S", "0ms"})
  void no_time_at_all_is_fine(String duration) throws Exception {
    assertThat(sleep.run(TestJob.of("{\"duration\": \"" + duration + "\"}"))).isNull();
  }

  @Test
  void an_interrupt_wakes_it() throws Exception {
    var running = new RunningJob(sleep, TestJob.of("{\"duration\": \"7d\"}"));

    running.interrupt();

    assertThat(running.failure()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void a_cancellation_wakes_it() throws Exception {
    var job = TestJob.of("{\"duration\": \"7d\"}");
    var running = new RunningJob(sleep, job);

    job.cancel();

    assertThat(running.failure()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void a_job_that_is_cancelled_already_does_not_sleep() {
    var job = TestJob.of("{\"duration\": \"7d\"}");
    job.cancel();

    assertThatThrownBy(() -> sleep.run(job)).isInstanceOf(InterruptedException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                   | duration: is required
          {"duration": null}                   | duration: is required
          {"duration": 5}                      | duration: expected a string
          {"duration": "soon"}                 | duration: expected a duration
          {"duration": "-1s"}                  | duration: expected a duration
          {"duration": "8d"}                   | duration: expected at most 7d
          {"duration": "999999999999d"}        | duration: expected a duration
          {"duration": "604800001ms"}          | duration: expected at most 7d
          {"duration": "1s", "times": 2}       | times: unknown field
          {"duration": "1s", "duration": "2s"} | Duplicate
          []                                   | must be a JSON object
          7                                    | must be a JSON object
          {"duration": "1s"} x                 | not JSON
          {                                    | not JSON
          """)
  void a_bad_payload_is_refused_for_good(String payload, String reason) {
    var failure = TestJob.of(payload).failIn(sleep);

    assertThat(failure).hasMessageContaining(reason);
    assertThat(failure.category()).isEqualTo(ErrorCategory.REJECTED);
    assertThat(failure.isRetryable()).isFalse();
  }

  @Test
  void an_empty_payload_is_refused_too() {
    assertThat(TestJob.of("").failIn(sleep).isRetryable()).isFalse();
  }

  @Test
  void a_payload_that_is_nested_too_deep_is_refused_and_harms_nobody() {
    var deep = "{\"duration\":".repeat(100_000);

    assertThat(TestJob.of(deep).failIn(sleep).isRetryable()).isFalse();
  }
}
