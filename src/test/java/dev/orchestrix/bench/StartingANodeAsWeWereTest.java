package dev.orchestrix.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class StartingANodeAsWeWereTest {

  @Test
  void the_command_ends_with_its_arguments_and_names_our_class_path() {
    var command = JavaCommand.again("up", "--port", "0");

    assertThat(command).endsWith("up", "--port", "0");
    assertThat(command).containsSequence("-cp", System.getProperty("java.class.path"));
    assertThat(command.getFirst()).startsWith(System.getProperty("java.home"));
  }

  @Test
  void a_debugger_is_not_shared() {
    assertThat(JavaCommand.flags(List.of("-Xmx1g", "-agentlib:jdwp=address=5005")))
        .containsExactly("-Xmx1g");
  }
}
