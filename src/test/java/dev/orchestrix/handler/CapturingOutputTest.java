package dev.orchestrix.handler;

import static dev.orchestrix.handler.ShellNode.command;
import static dev.orchestrix.handler.ShellNode.run;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CapturingOutputTest {
  private static final int KIB = 1024;

  private final ShellHandler shell = ShellNode.allowing("*");

  @Test
  void sixty_four_kib_are_kept_whole() throws Exception {
    var result = run(shell, command("head -c 65536 /dev/zero | tr '\\0' x"));

    assertThat(result.get("stdout").textValue()).isEqualTo("x".repeat(64 * KIB));
  }

  @Test
  void of_more_the_beginning_is_kept_and_the_end_says_so() throws Exception {
    var result = run(shell, command("head -c 65537 /dev/zero | tr '\\0' x"));

    assertThat(result.get("stdout").textValue())
        .isEqualTo("x".repeat(64 * KIB) + "\n[truncated: 65537 bytes in all]");
  }

  @Test
  void both_pipes_can_be_flooded_at_once_and_nobody_blocks() throws Exception {
    var flood = "head -c 5000000 /dev/zero | tr '\\0' ";

    var result = run(shell, command(flood + "o & " + flood + "e >&2; wait"));

    assertThat(result.get("stdout").textValue())
        .startsWith("ooo")
        .endsWith("[truncated: 5000000 bytes in all]");
    assertThat(result.get("stderr").textValue())
        .startsWith("eee")
        .endsWith("[truncated: 5000000 bytes in all]");
  }

  @Test
  void bytes_that_are_no_text_are_replaced() throws Exception {
    assertThat(run(shell, command("printf 'a\\377b'")).get("stdout").textValue())
        .isEqualTo("a\ufffdb");
  }

  @Test
  void a_flood_of_control_characters_still_fits_into_a_result() throws Exception {
    var flood = "head -c 100000 /dev/zero";

    var result = shell.run(TestJob.of(command(flood + "; " + flood + " >&2").toString()));

    assertThat(result.getBytes(UTF_8)).hasSizeLessThan(256 * KIB);
  }

  @Test
  void a_flood_of_broken_characters_does_too() throws Exception {
    var flood = "head -c 100000 /dev/zero | tr '\\0' '\\377'";

    var result = shell.run(TestJob.of(command(flood + "; (" + flood + ") >&2").toString()));

    assertThat(result.getBytes(UTF_8)).hasSizeLessThan(256 * KIB);
  }

  @Test
  void output_that_comes_late_is_not_lost() throws Exception {
    assertThat(run(shell, command("echo 1; sleep 0.3; echo 2")).get("stdout").textValue())
        .isEqualTo("1\n2\n");
  }

  @Test
  void lines_of_stderr_go_to_the_log_of_the_job_as_they_come() throws Exception {
    var job = TestJob.of(command("echo one >&2; echo >&2; printf 'two  \\nthree' >&2").toString());

    var _ = shell.run(job);

    assertThat(job.logged()).containsExactly("one", "two", "three");
  }

  @Test
  void of_a_line_without_end_only_the_beginning_does() throws Exception {
    var job = TestJob.of(command("head -c 100000 /dev/zero | tr '\\0' x >&2; echo >&2").toString());

    var _ = shell.run(job);

    assertThat(job.logged()).containsExactly("x".repeat(2048));
  }

  @Test
  void a_command_may_close_its_output_and_go_on() throws Exception {
    assertThat(run(shell, command("exec >&- 2>&-; sleep 0.1")).get("exit_code").intValue())
        .isZero();
  }
}
