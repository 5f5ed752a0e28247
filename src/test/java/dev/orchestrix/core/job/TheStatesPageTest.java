package dev.orchestrix.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.GeneratedFile;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** {@code -Ddocs.write=true} writes what this test otherwise compares. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class TheStatesPageTest {

  @Test
  void the_page_about_states_is_up_to_date() throws IOException {
    GeneratedFile.check(Path.of("docs/states.md"), StatesPage.text(), TheStatesPageTest.class);
  }

  @Test
  void it_draws_every_edge_of_the_table() {
    for (var edge : StatesPage.all()) {
      assertThat(StatesPage.text()).contains("\n  %s --> %s\n".formatted(edge.from(), edge.to()));
    }
  }
}
