package dev.orchestrix.http;

import static dev.orchestrix.http.Documents.problem;
import static dev.orchestrix.http.Documents.violations;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RefusingAJobTest {

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n\t\r "})
  void a_body_without_anything_is_empty(String body) {
    assertThat(problem(body).code()).isEqualTo(ProblemCode.EMPTY_BODY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "}",
        "{\"type\"",
        "{\"type\":",
        "{\"type\":\"noop\"",
        "{\"type\":\"noop\",}",
        "{,\"type\":\"noop\"}",
        "{\"type\" \"noop\"}",
        "{\"type\":\"noop\"}}",
        "{\"type\":\"noop\"} x",
        "{\"type\":\"noop\"}{\"type\":\"noop\"}",
        "{\"type\":\"noop\"},",
        "{type:\"noop\"}",
        "{'type':'noop'}",
        "{\"type\":\"noop\" \"payload\":1}",
        "{\"type\":\"noop\",\"payload\":[1,]}",
        "{\"type\":\"noop\",\"payload\":[1 2]}",
        "{\"type\":\"noop\",\"payload\":[1}",
        "{\"type\":\"noop\",\"payload\":{\"a\":1]}",
        "{\"type\":\"noop\",\"payload\":01}",
        "{\"type\":\"noop\",\"payload\":1.}",
        "{\"type\":\"noop\",\"payload\":.5}",
        "{\"type\":\"noop\",\"payload\":-}",
        "{\"type\":\"noop\",\"payload\":+1}",
        "{\"type\":\"noop\",\"payload\":1e}",
        "{\"type\":\"noop\",\"payload\":1e+}",
        "{\"type\":\"noop\",\"payload\":0x10}",
        "{\"type\":\"noop\",\"payload\":NaN}",
        "{\"type\":\"noop\",\"payload\":Infinity}",
        "{\"type\":\"noop\",\"payload\":tru}",
        "{\"type\":\"noop\",\"payload\":truee}",
        "{\"type\":\"noop\",\"payload\":nul",
        "{\"type\":\"noop\",\"payload\":\"\\x\"}",
        "{\"type\":\"noop\",\"payload\":\"\\u12g4\"}",
        "{\"type\":\"noop\",\"payload\":\"\\u12\"}",
        "{\"type\":\"noop\",\"payload\":\"\\ud800\\u12\"}",
        "{\"type\":\"noop\",\"payload\":\"\\",
        "{\"type\":\"noop\",\"payload\":\"\\u",
        "{\"type\":\"noop\",\"payload\":\"line\nbreak\"}",
        "{\"type\":\"noop\",\"payload\":\"tab\there\"}",
        "{\"type\":\"noop\",\"payload\":\"open}",
        "{\"type\":\"noop\",/* no */\"payload\":1}",
        "{\"type\":\"noop\"} // no",
        "\ufeff{\"type\":\"noop\"}",
        "\u00a0{\"type\":\"noop\"}",
        "type=noop"
      })
  void what_is_no_json_is_refused(String body) {
    var problem = problem(body);

    assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_JSON);
    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.detail()).containsPattern("at byte \\d+$|at the end$");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "[{\"type\":\"noop\"}]", "\"noop\"", "1", "true", "null"})
  void what_is_no_object_is_no_job(String body) {
    assertThat(violations(problem(body))).containsExactly(" wrong_type");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                                   | /type required
          {"type":null}                                        | /type required
          {"type":7}                                           | /type wrong_type
          {"type":""}                                          | /type invalid_value
          {"type":"two words"}                                 | /type invalid_value
          {"type":"naïve"}                                     | /type invalid_value
          {"type":"a/b"}                                       | /type invalid_value
          {"type":"t","payloads":1}                            | /payloads unknown_field
          {"type":"t","TYPE":"t"}                              | /TYPE unknown_field
          {"type":"t","a/b~c":1}                               | /a~1b~0c unknown_field
          {"type":"t","":1}                                    | / unknown_field
          {"type":"t","rate_keys":"k"}                         | /rate_keys unknown_field
          {"type":"t","rate_key":""}                           | /rate_key invalid_value
          {"type":"t","rate_key":"a\\nb"}                      | /rate_key invalid_value
          {"type":"t","cost":0}                                | /cost out_of_range
          {"type":"t","cost":1001}                             | /cost out_of_range
          {"type":"t","concurrency_key":7}                     | /concurrency_key wrong_type
          {"type":"t","payload":{"a":1,"b":{"a":1},"a":2}}     | /payload duplicate_key
          {"type":"t","payload":[{"a":1,"\\u0061":2}]}         | /payload duplicate_key
          {"type":"t","payload":"\\u0000"}                     | /payload nul_character
          {"type":"t","payload":{"a\\u0000":1}}                | /payload nul_character
          {"type":"t","payload":"\\ud800"}                     | /payload lone_surrogate
          {"type":"t","payload":"\\udc00"}                     | /payload lone_surrogate
          {"type":"t","payload":"\\udc00\\ud800"}              | /payload lone_surrogate
          {"type":"t","payload":"\\ud800\\ud800\\udc00"}       | /payload lone_surrogate
          {"type":"t","payload":"\\ud83d\\u0041"}              | /payload lone_surrogate
          {"type":"t","payload":"\\ud83d\\n"}                  | /payload lone_surrogate
          {"type":"t","tags":["\\u0000"]}                      | /tags/0 nul_character
          {"type":"t","tenant":"no such id"}                   | /tenant unknown_tenant
          {"type":"t","tenant":""}                             | /tenant unknown_tenant
          {"type":"t","tenant":7}                              | /tenant wrong_type
          {"type":"t","priority":"urgent"}                     | /priority invalid_value
          {"type":"t","priority":1}                            | /priority wrong_type
          {"type":"t","delay":5}                               | /delay wrong_type
          {"type":"t","delay":"5 minutes"}                     | /delay invalid_value
          {"type":"t","delay":"-5s"}                           | /delay invalid_value
          {"type":"t","delay":"366d"}                          | /delay out_of_range
          {"type":"t","delay":"999999999999d"}                 | /delay invalid_value
          {"type":"t","run_at":"tomorrow"}                     | /run_at invalid_value
          {"type":"t","run_at":"2026-01-02"}                   | /run_at invalid_value
          {"type":"t","run_at":"2026-01-02T00:00:00"}          | /run_at invalid_value
          {"type":"t","run_at":"2026-13-02T00:00:00Z"}         | /run_at invalid_value
          {"type":"t","run_at":"2027-01-01T12:00:01Z"}         | /run_at out_of_range
          {"type":"t","run_at":"+999999999-12-31T23:59:59Z"}   | /run_at out_of_range
          {"type":"t","run_at":1767268800}                     | /run_at wrong_type
          {"type":"t","delay":"1s","run_at":"2026-02-01T00:00:00Z"} | /run_at conflict
          {"type":"t","timeout":"0s"}                          | /timeout out_of_range
          {"type":"t","timeout":"25h"}                         | /timeout out_of_range
          {"type":"t","timeout":30}                            | /timeout wrong_type
          {"type":"t","heartbeat":"99ms"}                      | /heartbeat out_of_range
          {"type":"t","expires_in":"0s"}                       | /expires_in out_of_range
          {"type":"t","deadline":"366d"}                       | /deadline out_of_range
          {"type":"t","deadline":"1h","delay":"1h"}            | /deadline conflict
          {"type":"t","tags":"a"}                              | /tags wrong_type
          {"type":"t","tags":["a",1]}                          | /tags/1 wrong_type
          {"type":"t","tags":[null]}                           | /tags/0 wrong_type
          {"type":"t","tags":[""]}                             | /tags/0 invalid_value
          {"type":"t","retry":3}                               | /retry wrong_type
          {"type":"t","retry":{"times":3}}                     | /retry/times unknown_field
          {"type":"t","retry":{"max_attempts":0}}              | /retry/max_attempts out_of_range
          {"type":"t","retry":{"max_attempts":1001}}           | /retry/max_attempts out_of_range
          {"type":"t","retry":{"max_attempts":1.5}}            | /retry/max_attempts wrong_type
          {"type":"t","retry":{"max_attempts":1e2}}            | /retry/max_attempts wrong_type
          {"type":"t","retry":{"max_attempts":"3"}}            | /retry/max_attempts wrong_type
          {"type":"t","retry":{"max_attempts":99999999999999999999}} | /retry/max_attempts out_of_range
          {"type":"t","retry":{"policy":"random"}}             | /retry/policy invalid_value
          {"type":"t","retry":{"initial":"8d"}}                | /retry/initial out_of_range
          {"type":"t","retry":{"initial":"2s","max":"1s"}}     | /retry/max out_of_range
          {"type":"t","retry":{"multiplier":0.5}}              | /retry/multiplier out_of_range
          {"type":"t","retry":{"multiplier":1e999}}            | /retry/multiplier out_of_range
          {"type":"t","retry":{"jitter":-0.1}}                 | /retry/jitter out_of_range
          {"type":"t","retry":{"jitter":1.01}}                 | /retry/jitter out_of_range
          """)
  void a_wrong_value_is_named_by_its_place_and_kind(String body, String violation) {
    assertThat(violations(problem(body))).containsExactly(violation);
    assertThat(problem(body).status()).isEqualTo(422);
    assertThat(violation).endsWith(problem(body).code().label());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"type":"t","type":"u"}                      | ``     | "type" again at byte 12
          {"type":"t","\\u0074ype":"u"}                | ``     | "type" again at byte 12
          {"type":"t","payload":1,"payload":{}}        | ``     | "payload" again at byte 24
          {"type":"t","retry":{"jitter":1,"jitter":1}} | /retry | "jitter" again at byte 32
          """)
  void a_key_that_comes_twice_is_named(String body, String path, String detail) {
    assertThat(problem(body).errors())
        .containsExactly(new Violation(path, ProblemCode.DUPLICATE_KEY, detail));
  }

  static Stream<Arguments> tooMuch() {
    var retry = "{\"type\":\"t\",\"retry\":{\"jitter\":%s}}".formatted("0." + "0".repeat(99));
    return Stream.of(
        Arguments.of(payload("\"" + "x".repeat(262_143) + "\""), "/payload too_long"),
        Arguments.of(payload("9".repeat(101)), "/payload number_too_long"),
        Arguments.of(payload("[-1." + "9".repeat(100) + "]"), "/payload number_too_long"),
        Arguments.of(retry, "/retry/jitter number_too_long"),
        Arguments.of("{\"type\":\"" + "t".repeat(129) + "\"}", "/type invalid_value"),
        Arguments.of(
            "{\"type\":\"t\",\"tenant\":\"" + "t".repeat(65) + "\"}", "/tenant unknown_tenant"),
        Arguments.of(
            "{\"type\":\"t\",\"tags\":[\"" + "t".repeat(65) + "\"]}", "/tags/0 invalid_value"),
        Arguments.of(
            "{\"type\":\"t\",\"tags\":[" + "\"t\",".repeat(16) + "\"t\"]}", "/tags too_long"),
        Arguments.of(payload("[".repeat(65) + "]".repeat(65)), "/payload too_deep"),
        Arguments.of(payload("{\"a\":".repeat(100_000)), "/payload too_deep"));
  }

  @ParameterizedTest
  @MethodSource("tooMuch")
  void too_much_of_anything_is_refused(String body, String violation) {
    assertThat(violations(problem(body))).containsExactly(violation);
  }

  static Stream<byte[]> notUtf8() {
    return Stream.of(
            new int[] {0x80},
            new int[] {0xbf},
            new int[] {0xc0, 0x80},
            new int[] {0xc1, 0xbf},
            new int[] {0xc3},
            new int[] {0xc3, 'a'},
            new int[] {0xe0, 0x80, 0x80},
            new int[] {0xe0, 0x9f, 0xbf},
            new int[] {0xe2, 0x82},
            new int[] {0xed, 0xa0, 0x80},
            new int[] {0xed, 0xbf, 0xbf},
            new int[] {0xf0, 0x80, 0x80, 0x80},
            new int[] {0xf0, 0x8f, 0xbf, 0xbf},
            new int[] {0xf0, 0x9f, 0x98},
            new int[] {0xf4, 0x90, 0x80, 0x80},
            new int[] {0xf5, 0x80, 0x80, 0x80},
            new int[] {0xf8, 0x88, 0x80, 0x80, 0x80},
            new int[] {0xfe},
            new int[] {0xff})
        .map(RefusingAJobTest::payloadOf);
  }

  @ParameterizedTest
  @MethodSource("notUtf8")
  void what_is_no_utf8_is_refused(byte[] body) {
    assertThat(problem(body).code()).isEqualTo(ProblemCode.INVALID_UTF8);
  }

  @Test
  void a_nul_byte_is_refused_wherever_it_is() {
    assertThat(problem(payloadOf(new int[] {0})).code()).isEqualTo(ProblemCode.NUL_CHARACTER);
    assertThat(problem("{\"type\":\"t\"}\0").status()).isEqualTo(400);
    assertThat(problem("\0").status()).isEqualTo(400);
    assertThat(problem("{\"type\":\"t\"}".getBytes(StandardCharsets.UTF_16LE)).status())
        .isEqualTo(400);
  }

  @Test
  void everything_that_is_wrong_is_told_at_once() {
    var problem =
        problem(
            """
            {"type": "", "tenant": "A", "priority": 3, "delay": "soon", "tags": ["", "ok", 4],
             "payload": {"a": "\\u0000", "a": 1}, "retry": {"max_attempts": 0, "jitter": 2, "x": 1},
             "what": {"ever": [1, 2, {}]}, "timeout": "2d"}
            """);

    assertThat(problem.code()).isEqualTo(ProblemCode.VALIDATION_FAILED);
    assertThat(violations(problem))
        .containsExactly(
            "/type invalid_value",
            "/tenant unknown_tenant",
            "/priority wrong_type",
            "/delay invalid_value",
            "/tags/0 invalid_value",
            "/tags/2 wrong_type",
            "/payload nul_character",
            "/payload duplicate_key",
            "/retry/max_attempts out_of_range",
            "/retry/jitter out_of_range",
            "/retry/x unknown_field",
            "/what unknown_field",
            "/timeout out_of_range");
  }

  @Test
  void what_was_wrong_before_the_document_broke_off_is_told_too() {
    var problem = problem("{\"type\": 1, \"payload\": [");

    assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_JSON);
    assertThat(violations(problem)).containsExactly("/type wrong_type", "/payload invalid_json");
  }

  @Test
  void a_tenant_that_could_be_read_is_passed_on_for_a_look() {
    var refused = (Reading.Refused) Documents.read(Documents.bytes("{\"tenant\":\"acme\"}"));
    var unreadable = (Reading.Refused) Documents.read(Documents.bytes("{\"tenant\":\"A\"}"));

    assertThat(refused.tenant()).isEqualTo("acme");
    assertThat(unreadable.tenant()).isNull();
  }

  @Test
  void an_answer_is_never_much_longer_than_the_document() {
    var body = new StringBuilder("{\"type\":\"t\"");
    for (int i = 0; i < 10_000; i++) {
      body.append(",\"").append("n".repeat(300)).append(i).append("\":1");
    }

    var problem = problem(body.append("}").toString());

    assertThat(problem.errors()).hasSizeLessThanOrEqualTo(50);
    assertThat(problem.errors()).allSatisfy(v -> assertThat(v.path()).hasSizeLessThan(300));
  }

  @Test
  void half_a_surrogate_pair_in_a_name_does_not_reach_the_answer() {
    assertThat(violations(problem("{\"type\":\"t\",\"\\ud800\":1}"))).contains("/? unknown_field");
  }

  private static String payload(String json) {
    return "{\"type\":\"t\",\"payload\":" + json + "}";
  }

  private static byte[] payloadOf(int[] raw) {
    var body = new ByteArrayOutputStream();
    body.writeBytes(Documents.bytes("{\"type\":\"t\",\"payload\":\"a"));
    for (int b : raw) {
      body.write(b);
    }
    body.writeBytes(Documents.bytes("\"}"));
    return body.toByteArray();
  }
}
