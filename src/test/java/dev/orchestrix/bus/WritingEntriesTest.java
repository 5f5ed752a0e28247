package dev.orchestrix.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrix.core.job.Priority;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class WritingEntriesTest {
  private static final UUID ID = UUID.fromString("01932f3a-0000-7000-8000-0000000000ff");

  @Test
  void an_entry_is_its_id_its_priority_its_attempt_and_its_tenant() {
    assertThat(new Entry(ID, 3, "acme", Priority.LOW).value())
        .isEqualTo("01932f3a-0000-7000-8000-0000000000ffl 3 acme");
  }

  @ParameterizedTest
  @EnumSource
  void what_is_written_is_read_back(Priority priority) {
    var random = new Random(11);
    for (int round = 0; round < 1_000; round++) {
      var id = new UUID(random.nextLong(), random.nextLong());
      var entry = new Entry(id, random.nextInt(Integer.MAX_VALUE), "t" + round, priority);

      assertThat(Entry.parse(entry.value())).isEqualTo(entry);
    }
  }

  @Test
  void the_attempt_may_be_as_large_as_a_number_can_be() {
    var entry = new Entry(ID, Integer.MAX_VALUE, "acme", Priority.HIGH);

    assertThat(Entry.parse(entry.value())).isEqualTo(entry);
  }

  @Test
  void a_tenant_may_have_any_characters() {
    var entry = new Entry(ID, 0, "grüße & ünïcode 🎉 -_.", Priority.NORMAL);

    assertThat(Entry.parse(entry.value())).isEqualTo(entry);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ping",
        "01932f3a-0000-7000-8000-0000000000ff",
        "01932f3a-0000-7000-8000-0000000000ffn",
        "01932f3a-0000-7000-8000-0000000000ffn 1",
        "01932f3a-0000-7000-8000-0000000000ffn x acme",
        "01932f3a-0000-7000-8000-0000000000ffn 99999999999 acme",
        "01932f3a-0000-7000-8000-0000000000ffx 1 acme",
        "not-a-uuid-but-as-long-as-one-would-n 1 acme",
      })
  void what_somebody_else_wrote_is_no_entry(String text) {
    assertThatThrownBy(() -> Entry.parse(text)).isInstanceOf(RuntimeException.class);
  }
}
