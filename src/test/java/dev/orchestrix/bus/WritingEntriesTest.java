package dev.orchestrix.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrix.core.job.Priority;
import java.util.List;
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
  void marks_stand_behind_it_and_a_rate_key_may_have_spaces() {
    var entry = new Entry(ID, 3, "acme", Priority.LOW);

    var typed = entry.with(new Marks("email", 1, null));
    var keyed = entry.with(new Marks("email", 70, "grüße & ünïcode -_. 7"));

    assertThat(typed.value()).endsWith("l 3 acme email 1");
    assertThat(keyed.value()).endsWith("l 3 acme email 70 grüße & ünïcode -_. 7");
    assertThat(Entry.parse(typed.value())).isEqualTo(typed);
    assertThat(Entry.parse(keyed.value())).isEqualTo(keyed);
  }

  @Test
  void what_is_paid_is_read_and_not_written() {
    var entry = new Entry(ID, 3, "acme", Priority.LOW);
    var marked = entry.with(new Marks("email", 1, "k"));

    for (var one : List.of(entry, marked)) {
      var read = Entry.parse(one.value() + "\tytT");
      assertThat(read.paid()).isEqualTo("ytT");
      assertThat(read.marks()).isEqualTo(one.marks());
      assertThat(read.value()).isEqualTo(one.value());
    }
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
