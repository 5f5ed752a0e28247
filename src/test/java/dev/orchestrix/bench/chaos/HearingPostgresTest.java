package dev.orchestrix.bench.chaos;

import static dev.orchestrix.bench.chaos.PostgresEar.Write.CLAIM;
import static dev.orchestrix.bench.chaos.PostgresEar.Write.OUTCOME;
import static dev.orchestrix.bench.chaos.PostgresEar.Write.SUBMIT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The messages of https://www.postgresql.org/docs/18/protocol-message-formats.html. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class HearingPostgresTest {
  private static final String CLAIMS = "update jobs j set state = 'RUNNING', attempt = 1";

  private final PostgresEar ear = new PostgresEar();

  @BeforeEach
  void connect() {
    hear(ByteBuffer.allocate(8).putInt(8).putInt(80_877_103).array()); // asks for TLS
    hear(ByteBuffer.allocate(8).putInt(8).putInt(196_608).array());
  }

  @Test
  void a_statement_is_known_by_the_name_it_was_prepared_under() {
    hear(message('P', "S1", CLAIMS));
    hear(message('P', "S2", "insert into jobs (id)"));

    hear(message('B', "", "S2"));

    assertThat(ear.answered()).containsExactly(SUBMIT);
  }

  @Test
  void it_is_answered_once() {
    hear(message('P', "S1", CLAIMS));
    hear(message('B', "", "S1"));

    assertThat(ear.answered()).containsExactly(CLAIM);
    assertThat(ear.answered()).isEmpty();
  }

  @Test
  void messages_may_come_in_any_pieces() {
    var all = new ByteArrayOutputStream();
    all.writeBytes(message('P', "S1", "x j.state = 'RUNNING' and j.attempt = o.attempt"));
    all.writeBytes(message('S'));
    all.writeBytes(message('B', "", "S1", "v".repeat(100_000)));
    all.writeBytes(message('S'));

    for (byte one : all.toByteArray()) {
      hear(new byte[] {one});
    }

    assertThat(ear.answered()).containsExactly(OUTCOME);
  }

  @Test
  void what_else_is_said_does_not_matter() {
    hear(message('P', "S1", "update nodes set heartbeat_at = now()"));
    hear(message('B', "", "S1"));
    hear(message('Q', "insert into jobs"));

    assertThat(ear.answered()).isEmpty();
  }

  private void hear(byte[] bytes) {
    ear.hear(bytes, bytes.length);
  }

  private static byte[] message(char type, String... texts) {
    var body = new ByteArrayOutputStream();
    for (var text : texts) {
      body.writeBytes(text.getBytes(UTF_8));
      body.write(0);
    }
    var head = ByteBuffer.allocate(5).put((byte) type).putInt(4 + body.size()).array();
    var all = new ByteArrayOutputStream();
    all.writeBytes(head);
    all.writeBytes(body.toByteArray());
    return all.toByteArray();
  }
}
