package dev.orchestrix.handler;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ExcerptingTextTest {

  @Test
  void text_that_fits_is_left_alone() {
    assertThat(Excerpt.exactly("häß\n".getBytes(UTF_8), UTF_8, false, 100))
        .contains(new Excerpt("häß\n", false));
  }

  @Test
  void a_character_that_is_cut_in_two_is_left_out() {
    var bytes = "ab€".getBytes(UTF_8);
    var cut = Arrays.copyOf(bytes, 4);

    assertThat(Excerpt.exactly(cut, UTF_8, true, 100)).contains(new Excerpt("ab", true));
    assertThat(Excerpt.leniently(cut, UTF_8, true, 100)).isEqualTo(new Excerpt("ab", true));
  }

  @Test
  void bytes_that_mean_nothing_are_no_text_or_replaced() {
    var bytes = new byte[] {'a', (byte) 0xff, 'b'};

    assertThat(Excerpt.exactly(bytes, UTF_8, false, 100)).isEmpty();
    assertThat(Excerpt.leniently(bytes, UTF_8, false, 100).text()).isEqualTo("a\ufffdb");
    assertThat(Excerpt.exactly(bytes, ISO_8859_1, false, 100)).contains(new Excerpt("aÿb", false));
  }

  @Test
  void what_control_characters_take_inside_json_counts() {
    assertThat(Excerpt.leniently(new byte[100], UTF_8, false, 60))
        .isEqualTo(new Excerpt("\0".repeat(10), true));
  }

  @Test
  void no_surrogate_pair_is_torn() {
    assertThat(Excerpt.leniently("a😀".getBytes(UTF_8), UTF_8, false, 4))
        .isEqualTo(new Excerpt("a", true));
  }

  @Test
  void whatever_the_bytes_the_text_fits_into_its_room() {
    var random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      var bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      int room = random.nextInt(300);

      var excerpt = Excerpt.leniently(bytes, UTF_8, random.nextBoolean(), room);

      var json = Json.write(Json.object().put("t", excerpt.text()));
      assertThat(json.getBytes(UTF_8).length).isLessThanOrEqualTo(room + "{\"t\":\"\"}".length());
    }
  }
}
