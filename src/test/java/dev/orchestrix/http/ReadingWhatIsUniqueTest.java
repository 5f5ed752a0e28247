package dev.orchestrix.http;

import static dev.orchestrix.http.Documents.job;
import static dev.orchestrix.http.Documents.problem;
import static dev.orchestrix.http.Documents.violations;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.Unique;
import dev.orchestrix.core.job.Unique.Field;
import dev.orchestrix.core.job.Unique.OnConflict;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ReadingWhatIsUniqueTest {

  @Test
  void nothing_has_to_be_said() {
    var rule = rule("{}", "{\"a\":1}");

    assertThat(rule.states())
        .containsExactlyInAnyOrder(
            JobState.SCHEDULED,
            JobState.BLOCKED,
            JobState.PENDING,
            JobState.RUNNING,
            JobState.RETRYING);
    assertThat(rule.period()).isNull();
    assertThat(rule.onConflict()).isEqualTo(new OnConflict.Reject());
    assertThat(rule.key())
        .isEqualTo(rule("{\"fields\":[\"payload\",\"type\"]}", "{\"a\":1}").key());
    assertThat(job("{\"type\":\"noop\",\"unique\":null}").unique()).isNull();
  }

  @Test
  void everything_can_be_said() {
    var rule =
        rule(
            """
            {"fields": ["type"], "period": "1h", "states": ["RUNNING", "FAILED"],
             "on_conflict": "replace",
             "replace": {"fields": ["payload", "run_at"], "states": ["SCHEDULED"]}}
            """,
            "1");

    assertThat(rule.period()).isEqualTo(Duration.ofHours(1));
    assertThat(rule.states()).containsExactlyInAnyOrder(JobState.RUNNING, JobState.FAILED);
    assertThat(rule.onConflict())
        .isEqualTo(
            new OnConflict.Replace(
                Set.of(Field.PAYLOAD, Field.RUN_AT), Set.of(JobState.SCHEDULED)));
  }

  @Test
  void what_is_replaced_decides_where_unless_that_is_said() {
    assertThat(rule("{\"on_conflict\":\"replace\"}", "1").onConflict())
        .isEqualTo(
            new OnConflict.Replace(
                Set.of(Field.PAYLOAD),
                Set.of(JobState.SCHEDULED, JobState.PENDING, JobState.RETRYING)));
    assertThat(
            rule("{\"on_conflict\":\"replace\",\"replace\":{\"fields\":[\"priority\"]}}", "1")
                .onConflict())
        .isEqualTo(
            new OnConflict.Replace(
                Set.of(Field.PRIORITY), Set.of(JobState.SCHEDULED, JobState.RETRYING)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          payload           | {"a":1,"b":[2,"x"]} | { "b" : [2, "\\u0078"], "a":1 }
          payload.a         | {"a":1,"b":2}       | {"a":1,"b":3}
          payload.a.b       | {"a":{"b":"x"}}     | {"a":{"b":"x","c":0}}
          payload.z         | {"a":1}             | {"a":2}
          payload.z         | {"a":1}             | 7
          type              | 1                   | 2
          """)
  void jobs_that_agree_in_the_fields_are_the_same(String field, String one, String other) {
    assertThat(key(field, one)).isEqualTo(key(field, other));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          payload           | {"a":1,"b":2}       | {"a":1,"b":3}
          payload           | [1,2]               | [2,1]
          payload           | ["a,b"]             | ["a","b"]
          payload           | {"a":"1"}           | {"a":1}
          payload.a         | {"a":1}             | {"a":2}
          payload.a         | {"a":null}          | {}
          payload.a         | {"a":""}            | {}
          """)
  void jobs_that_differ_in_a_field_are_not_the_same(String field, String one, String other) {
    assertThat(key(field, one)).isNotEqualTo(key(field, other));
  }

  @Test
  void other_fields_make_another_kind() {
    assertThat(key("payload.a", "{\"a\":1,\"b\":1}"))
        .isNotEqualTo(key("payload.b", "{\"a\":1,\"b\":1}"));
    assertThat(key("tags", "1")).isNotEqualTo(key("priority", "1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          7                                                        | /unique wrong_type
          {"key":"x"}                                              | /unique/key unknown_field
          {"fields":[]}                                            | /unique/fields invalid_value
          {"fields":["colour"]}                                    | /unique/fields invalid_value
          {"fields":["payload."]}                                  | /unique/fields invalid_value
          {"fields":"type"}                                        | /unique/fields wrong_type
          {"fields":[1]}                                           | /unique/fields wrong_type
          {"period":"0s"}                                          | /unique/period out_of_range
          {"period":"366d"}                                        | /unique/period out_of_range
          {"states":["DONE"]}                                      | /unique/states invalid_value
          {"states":[]}                                            | /unique/states invalid_value
          {"on_conflict":"ignore"}                                 | /unique/on_conflict invalid_value
          {"on_conflict":"debounce"}                               | /unique/on_conflict required
          {"replace":{"fields":["tags"]}}                          | /unique/replace conflict
          {"on_conflict":"replace","replace":{"fields":["type"]}}  | /unique/replace invalid_value
          {"on_conflict":"replace","replace":{"states":["RUNNING"]}}                       | /unique/replace invalid_value
          {"on_conflict":"replace","replace":{"fields":["run_at"],"states":["PENDING"]}}   | /unique/replace conflict
          {"on_conflict":"replace","replace":{"where":1}}          | /unique/replace unknown_field
          """)
  void what_means_nothing_is_refused_at_its_place(String rule, String violation) {
    var problem = problem("{\"type\":\"noop\",\"unique\":" + rule + "}");

    assertThat(violations(problem)).contains(violation);
  }

  @Test
  void debouncing_needs_a_time_to_come() {
    var document = "{\"type\":\"noop\",\"unique\":{\"on_conflict\":\"debounce\"},\"delay\":\"5s\"}";

    assertThat(requireNonNull(job(document).unique()).onConflict())
        .isEqualTo(new OnConflict.Debounce());
    assertThat(violations(problem(document.replace("5s", "soon"))))
        .containsExactly("/delay invalid_value");
  }

  private static String key(String field, String payload) {
    return rule("{\"fields\":[\"" + field + "\"]}", payload).key();
  }

  private static Unique rule(String rule, String payload) {
    return requireNonNull(
        job("{\"unique\":" + rule + ",\"type\":\"noop\",\"payload\":" + payload + "}").unique());
  }
}
