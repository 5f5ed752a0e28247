package dev.orchestrix.http;

import static dev.orchestrix.http.Documents.bytes;
import static dev.orchestrix.http.Documents.job;
import static dev.orchestrix.http.Documents.problem;
import static dev.orchestrix.http.Documents.violations;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.job.Idempotency;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class NamingASubmissionTest {
  private static final JobReader READER =
      new JobReader(() -> Documents.ID, InstantSource.fixed(Documents.NOON));

  @Test
  void a_job_without_a_key_has_none() {
    assertThat(job("{\"type\":\"noop\",\"idempotency_key\":null}").idempotency()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"k", "8e03978e-40d5-43dd-bc93-6894a57f9324", "ü \\\" 💡"})
  void a_key_is_kept_as_it_is(String key) {
    var read = requireNonNull(job(with(key)).idempotency());

    assertThat(read.key()).isEqualTo(key.replace("\\", ""));
    assertThat(read.request()).hasSize(64);
  }

  @Test
  void a_key_of_255_characters_is_read_and_a_longer_or_empty_one_refused() {
    assertThat(job(with("💡".repeat(255))).idempotency()).isNotNull();

    for (var key : List.of("k".repeat(256), "", "a\\nb")) {
      assertThat(violations(problem(with(key)))).containsExactly("/idempotency_key invalid_value");
    }
    assertThat(violations(problem("{\"type\":\"noop\",\"idempotency_key\":7}")))
        .containsExactly("/idempotency_key wrong_type");
  }

  @Test
  void the_same_request_has_the_same_hash_however_it_is_spaced_and_wherever_its_key_is() {
    var one = hash("{\"type\":\"a\",\"payload\":{\"x\":[1,\"a b\"]},\"idempotency_key\":\"k\"}");

    assertThat(
            hash(
                "\n { \"idempotency_key\" : \"k\",\n"
                    + " \"type\":\"a\", \"payload\" :{\"x\":[ 1 ,\"a b\" ]}}"))
        .isEqualTo(one);
    assertThat(fromHeader("k", "{\"type\":\"a\",\"payload\":{\"x\":[1,\"a b\"]}}").request())
        .isEqualTo(one);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"b\",\"payload\":{\"x\":[1,\"a b\"]},\"idempotency_key\":\"k\"}",
        "{\"type\":\"a\",\"payload\":{\"x\":[1,\"ab\"]},\"idempotency_key\":\"k\"}",
        "{\"type\":\"a\",\"payload\":{\"x\":[1,\"a\\\" b\"]},\"idempotency_key\":\"k\"}",
        "{\"type\":\"a\",\"payload\":{\"x\":[1,\"a b\",\"k\"]},\"idempotency_key\":\"k\"}",
        "{\"type\":\"a\",\"payload\":{\"x\":[1,\"a"
            + " b\"]},\"delay\":\"1s\",\"idempotency_key\":\"k\"}"
      })
  void another_request_has_another_hash(String other) {
    assertThat(hash(other))
        .isNotEqualTo(
            hash("{\"type\":\"a\",\"payload\":{\"x\":[1,\"a b\"]},\"idempotency_key\":\"k\"}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"k", "\"k\""})
  void the_header_may_have_the_key_in_quotes_or_not(String header) {
    assertThat(fromHeader(header, "{\"type\":\"noop\"}").key()).isEqualTo("k");
    assertThat(fromHeader(header, with("k")).key()).isEqualTo("k");
  }

  @Test
  void a_header_that_says_another_key_than_the_body_is_refused() {
    assertThat(refused("other", with("k"))).containsExactly("/idempotency_key conflict");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"\"", "\u00fc"})
  void a_header_that_is_no_key_is_refused(String header) {
    assertThat(refused(header, "{\"type\":\"noop\"}"))
        .containsExactly("/idempotency_key invalid_value");
  }

  private static String with(String key) {
    return "{\"type\":\"noop\",\"idempotency_key\":\"" + key + "\"}";
  }

  private static String hash(String document) {
    return requireNonNull(job(document).idempotency()).request();
  }

  private static Idempotency fromHeader(String header, String document) {
    var reading = read(header, document);
    assertThat(reading).isInstanceOf(Reading.Read.class);
    return requireNonNull(((Reading.Read) reading).job().idempotency());
  }

  private static List<String> refused(String header, String document) {
    var reading = read(header, document);
    assertThat(reading).isInstanceOf(Reading.Refused.class);
    return violations(((Reading.Refused) reading).problem());
  }

  private static Reading read(@Nullable String header, String document) {
    byte[] bytes = bytes(document);
    return READER.read(bytes, 0, bytes.length, null, header, "default");
  }
}
