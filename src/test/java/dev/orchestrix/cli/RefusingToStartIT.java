package dev.orchestrix.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Child;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RefusingToStartIT {
  @Test
  void a_node_of_which_nobody_has_decided_who_may_call_it_says_all_that_it_lacks_at_once() {
    try (var node = Child.start(Map.of("ORCHESTRIX_HTTP_PORT", "http"), "node")) {
      assertThat(node.exitCode()).as("wrong settings").isEqualTo(2);
      assertThat(String.join("\n", node.lines()))
          .startsWith("4 problems in the settings:")
          .contains("auth.mode: not set")
          .contains("ORCHESTRIX_AUTH_MODE")
          .contains("postgres.url: not set")
          .contains("redis.url: not set")
          .contains("http.port");
    }
  }
}
