package dev.orchestrix.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.job.NewJob;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/** Reads documents at a time that stands still. */
final class Documents {
  static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  static final UUID ID = UUID.fromString("019b7968-8f00-7000-8000-000000000001");

  private static final JobReader READER = new JobReader(() -> ID, InstantSource.fixed(NOON));

  static NewJob job(String json) {
    var reading = read(bytes(json));
    assertThat(reading).isInstanceOf(Reading.Read.class);
    return ((Reading.Read) reading).job();
  }

  static Problem problem(String json) {
    return problem(bytes(json));
  }

  static Problem problem(byte[] json) {
    var reading = read(json);
    assertThat(reading)
        .as("reading of %s", new String(json, StandardCharsets.UTF_8))
        .isInstanceOf(Reading.Refused.class);
    return ((Reading.Refused) reading).problem();
  }

  /** {@code path code} of every violation, in order. */
  static List<String> violations(Problem problem) {
    return problem.errors().stream().map(v -> v.path() + " " + v.code().label()).toList();
  }

  /** Reads the document from the middle of an array, as from a batch. */
  static Reading read(byte[] json) {
    byte[] around = new byte[json.length + 4];
    System.arraycopy(json, 0, around, 2, json.length);
    return READER.read(around, 2, 2 + json.length, null, null, "default");
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Documents() {}
}
