package dev.orchestrix.http;

import static dev.orchestrix.http.Documents.ID;
import static dev.orchestrix.http.Documents.NOON;
import static dev.orchestrix.http.Documents.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.job.Clocks;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.core.retry.RetryPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ReadingAJobTest {

  @Test
  void a_type_is_enough() {
    assertThat(job("{\"type\":\"noop\"}"))
        .isEqualTo(
            new NewJob(
                ID,
                "default",
                "noop",
                Priority.NORMAL,
                "null",
                null,
                null,
                null,
                List.of(),
                null,
                Clocks.NONE,
                null,
                null));
  }

  @Test
  void every_field_has_its_place() {
    var job =
        job(
            """
            { "tags" : ["a", "\\u00fc", "💡"], "timeout": "PT1M30S", "priority": "high",
              "retry": {"max_attempts": 5, "policy": "linear", "initial": "2s", "max": "1h",
                        "multiplier": 1.5, "jitter": 0},
              "tenant": "acme-1", "payload": {"to": "x"}, "delay": "5m", "type": "mail.send:v2_b-c" }
            """);

    var retry =
        new RetryPolicy(
            5, RetryPolicy.Kind.LINEAR, Duration.ofSeconds(2), Duration.ofHours(1), 1.5, 0);
    assertThat(job)
        .isEqualTo(
            new NewJob(
                ID,
                "acme-1",
                "mail.send:v2_b-c",
                Priority.HIGH,
                "{\"to\": \"x\"}",
                NOON.plus(Duration.ofMinutes(5)),
                retry,
                Duration.ofSeconds(90),
                List.of("a", "ü", "💡"),
                null,
                Clocks.NONE,
                null,
                null));
    assertThat(job.state()).isEqualTo(JobState.SCHEDULED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "-0.5e+10",
        "\"a\\\\\\\"}] \\ud83d\\ude00 é\"",
        "[]",
        "{ \"a\" : [ 1 , { } ] ,\t\"b\":{\"a\":null}\n}",
        "1234567890123456789012345678901234567890"
      })
  void a_payload_is_kept_byte_for_byte(String payload) {
    assertThat(job("{\"payload\": " + payload + " , \"type\":\"noop\"}").payload())
        .isEqualTo(payload);
  }

  @Test
  void a_field_that_is_null_is_a_field_left_out() {
    var nothing =
        """
        {"type": "noop", "tenant": null, "priority": null, "payload": null, "delay": null,
         "run_at": null, "retry": null, "timeout": null, "tags": null}
        """;

    assertThat(job(nothing)).isEqualTo(job("{\"type\":\"noop\"}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"run_at\": \"2026-01-01T12:00:00Z\"",
        "\"run_at\": \"1999-12-31T23:59:59.999999+01:00\"",
        "\"delay\": \"0s\""
      })
  void a_time_that_has_come_is_at_once(String field) {
    var job = job("{\"type\":\"noop\"," + field + "}");

    assertThat(job.runAt()).isNull();
    assertThat(job.state()).isEqualTo(JobState.PENDING);
  }

  @Test
  void a_time_in_any_zone_is_the_same_instant() {
    assertThat(job("{\"type\":\"noop\",\"run_at\":\"2026-01-01T14:30:00.5+02:00\"}").runAt())
        .isEqualTo(Instant.parse("2026-01-01T12:30:00.500Z"));
  }

  @Test
  void a_deadline_counts_from_now_and_the_queue_expiry_from_when_it_may_start() {
    var job =
        job(
            """
            {"heartbeat": "30s", "expires_in": "10m", "deadline": "2h", "type": "noop",
             "delay": "1h"}
            """);

    assertThat(job.clocks())
        .isEqualTo(
            new Clocks(
                NOON.plus(Duration.ofMinutes(70)),
                NOON.plus(Duration.ofHours(2)),
                Duration.ofSeconds(30)));
    assertThat(job("{\"type\":\"noop\",\"expires_in\":\"1ms\"}").clocks())
        .isEqualTo(new Clocks(NOON.plusMillis(1), null, null));
  }

  @Test
  void limits_themselves_are_allowed() {
    var payload = "\"" + "x".repeat(JobDraft.LONGEST_PAYLOAD - 2) + "\"";
    var depth = "[".repeat(JobReader.PAYLOAD_DEPTH) + "]".repeat(JobReader.PAYLOAD_DEPTH);
    var retry =
        "{\"max_attempts\":1000,\"initial\":\"7d\",\"max\":\"7d\",\"multiplier\":100,\"jitter\":1}";
    var tags = "[" + "\"💡\",".repeat(15) + "\"" + "💡".repeat(64) + "\"]";

    assertThat(job("{\"type\":\"noop\",\"payload\":" + payload + "}").payload()).hasSize(262_144);
    assertThat(job("{\"type\":\"noop\",\"payload\":" + depth + "}").payload()).isEqualTo(depth);
    assertThat(job("{\"type\":\"" + "t".repeat(128) + "\",\"delay\":\"365d\"}").type())
        .hasSize(128);
    assertThat(job("{\"type\":\"noop\",\"payload\":" + "9".repeat(100) + "}").payload())
        .hasSize(100);
    assertThat(job("{\"type\":\"noop\",\"retry\":" + retry + "}").retry()).isNotNull();
    assertThat(job("{\"type\":\"noop\",\"tags\":" + tags + "}").tags()).hasSize(16);
    assertThat(job("{\"type\":\"noop\",\"timeout\":\"24h\"}").timeout()).hasHours(24);
    assertThat(job("{\"type\":\"noop\",\"timeout\":\"1ms\"}").timeout()).hasMillis(1);
  }

  @Test
  void a_retry_policy_takes_what_it_leaves_out_from_the_default() {
    var usual = RetryPolicy.DEFAULT;

    assertThat(job("{\"type\":\"noop\",\"retry\":{}}").retry()).isEqualTo(usual);
    assertThat(job("{\"type\":\"noop\",\"retry\":{\"initial\":\"1h\"}}").retry())
        .as("the longest wait follows a longer first one")
        .isEqualTo(waiting(Duration.ofHours(1), Duration.ofHours(1)));
    assertThat(job("{\"type\":\"noop\",\"retry\":{\"max\":\"10ms\"}}").retry())
        .as("the first wait follows a shorter longest one")
        .isEqualTo(waiting(Duration.ofMillis(10), Duration.ofMillis(10)));
  }

  @Test
  void an_object_may_have_thousands_of_names() {
    var payload = new StringBuilder("{");
    for (int i = 0; i < 20_000; i++) {
      payload.append("\"k").append(i).append("\":1,");
    }
    payload.append("\"last\":{\"k1\":[{\"k1\":1},{\"k1\":2}]}}");

    assertThat(job("{\"type\":\"noop\",\"payload\":" + payload + "}").payload())
        .isEqualTo(payload.toString());
  }

  private static RetryPolicy waiting(Duration initial, Duration max) {
    var usual = RetryPolicy.DEFAULT;
    return new RetryPolicy(
        usual.maxAttempts(), usual.kind(), initial, max, usual.multiplier(), usual.jitter());
  }
}
