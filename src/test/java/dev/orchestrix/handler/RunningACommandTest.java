package dev.orchestrix.handler;

import static dev.orchestrix.handler.ShellNode.argv;
import static dev.orchestrix.handler.ShellNode.command;
import static dev.orchestrix.handler.ShellNode.run;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.job.ErrorCategory;
import dev.orchestrix.execute.HandlerException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RunningACommandTest {
  private final ShellHandler shell = ShellNode.allowing("*");

  @TempDir Path folder;

  @Test
  void a_command_goes_through_the_shell() throws Exception {
    var result = run(shell, command("echo out; echo err >&2; echo $((6 * 7))"));

    assertThat(result.toString())
        .isEqualTo("{\"exit_code\":0,\"stdout\":\"out\\n42\\n\",\"stderr\":\"err\\n\"}");
  }

  @Test
  void argv_does_not() throws Exception {
    var result = run(shell, argv("echo", "$HOME;", "`id`", "$(id)", "*", "a b", "", "&&", "|"));

    assertThat(result.get("stdout").textValue()).isEqualTo("$HOME; `id` $(id) * a b  && |\n");
  }

  @Test
  void an_argument_is_no_option_of_the_program_that_starts_it() throws Exception {
    assertThat(run(shell, argv("echo", "-e", "--version")).get("stdout").textValue())
        .isEqualTo("--version\n");
  }

  @Test
  void it_sees_three_variables_of_the_node_and_those_it_is_given() throws Exception {
    var node =
        ShellNode.allowing(
            Map.of(
                "PATH", "relative:/usr/bin:/bin:",
                "HOME", "/home/node",
                "ORCHESTRIX_POSTGRES_URL", "postgresql://user:secret@host/db",
                "AWS_SECRET_ACCESS_KEY", "secret"),
            "*");
    var payload = argv("env");
    payload.putObject("env").put("GREETING", "hé\nllo");

    var lines = run(node, payload).get("stdout").textValue();

    assertThat(lines.split("\n"))
        .containsExactlyInAnyOrder(
            "PATH=/usr/bin:/bin", "HOME=/home/node", "LANG=C.UTF-8", "GREETING=hé", "llo");
  }

  @Test
  void a_variable_it_is_given_replaces_the_nodes() throws Exception {
    var payload = command("echo $LANG");
    payload.putObject("env").put("LANG", "de_CH.UTF-8");

    assertThat(run(shell, payload).get("stdout").textValue()).isEqualTo("de_CH.UTF-8\n");
  }

  @Test
  void it_reads_what_it_is_given_and_nothing_else() throws Exception {
    var text = "grüezi\n".repeat(100_000);

    assertThat(run(shell, argv("wc", "-c").put("stdin", text)).get("stdout").textValue().strip())
        .isEqualTo(String.valueOf(text.getBytes(UTF_8).length));
    assertThat(run(shell, argv("wc", "-c")).get("stdout").textValue().strip()).isEqualTo("0");
  }

  @Test
  void a_command_that_reads_nothing_does_not_mind_a_long_input() throws Exception {
    assertThat(run(shell, argv("true").put("stdin", "x".repeat(1_000_000))).get("exit_code"))
        .hasToString("0");
  }

  @Test
  void it_runs_in_the_folder_it_names() throws Exception {
    var payload = argv("pwd").put("dir", folder.toString());

    assertThat(run(shell, payload).get("stdout").textValue().strip())
        .isEqualTo(folder.toRealPath().toString());
  }

  @Test
  void else_in_the_temporary_folder_and_leaves_no_file_there() throws Exception {
    var before = stdinFiles();

    var where = run(shell, argv("pwd").put("stdin", "x")).get("stdout").textValue().strip();

    assertThat(Path.of(where)).isEqualTo(Path.of(System.getProperty("java.io.tmpdir")));
    assertThat(stdinFiles()).isEqualTo(before);
  }

  @Test
  void its_input_is_readable_by_its_owner_alone() throws Exception {
    var payload = command("stat -L -c %a /dev/stdin").put("stdin", "secret");

    assertThat(run(shell, payload).get("stdout").textValue()).isEqualTo("600\n");
  }

  @Test
  void another_exit_code_is_tried_again_and_says_the_last_lines() {
    var failure = fail("seq 1 30; echo; echo out; seq 101 120 >&2; exit 3");

    assertThat(failure).hasMessage("exit code 3: 111\n112\n113\n114\n115\n116\n117\n118\n119\n120");
    assertThat(failure.category()).isEqualTo(ErrorCategory.HANDLER_ERROR);
    assertThat(failure.isRetryable()).isTrue();
  }

  @Test
  void those_of_its_output_if_it_complained_of_nothing() {
    assertThat(fail("seq 1 12; exit 1")).hasMessage("exit code 1: 3\n4\n5\n6\n7\n8\n9\n10\n11\n12");
  }

  @Test
  void or_none_if_it_said_nothing() {
    assertThat(fail("exit 255")).hasMessage("exit code 255");
  }

  @Test
  void a_very_long_last_line_is_cut() {
    assertThat(String.valueOf(fail("head -c 100000 /dev/zero | tr '\\0' x; exit 1").getMessage()))
        .hasSizeLessThan(1100)
        .endsWith("xxx");
  }

  @Test
  void a_command_that_a_signal_ended_is_tried_again() {
    assertThat(fail("kill -KILL $$")).hasMessage("exit code 137");
  }

  @Test
  void a_command_that_the_shell_does_not_find_is_tried_again() {
    assertThat(fail("no-such-command")).hasMessageStartingWith("exit code 127: ");
  }

  @Test
  void a_file_that_this_node_has_not_may_be_on_another() {
    var failure = TestJob.of(argv("no-such-command").toString()).failIn(shell);

    assertThat(failure).hasMessage("this node has no such command");
    assertThat(failure.isRetryable()).isTrue();
  }

  @Test
  void a_folder_that_this_node_has_not_may_be_on_another() {
    var failure = TestJob.of(argv("pwd").put("dir", "/no/such").toString()).failIn(shell);

    assertThat(failure).hasMessageContaining("/no/such");
    assertThat(failure.isRetryable()).isTrue();
  }

  @Test
  void it_works_without_setsid_too() throws Exception {
    var plain = ShellNode.started(new ShellHandler(System.getenv(), Optional.empty()), "*");

    assertThat(run(plain, command("echo hi")).get("stdout").textValue()).isEqualTo("hi\n");
  }

  private HandlerException fail(String command) {
    return TestJob.of(command(command).toString()).failIn(shell);
  }

  private static Set<Path> stdinFiles() throws Exception {
    try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("orchestrix-stdin-"))
          .collect(Collectors.toSet());
    }
  }
}
