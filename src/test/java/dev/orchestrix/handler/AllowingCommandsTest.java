package dev.orchestrix.handler;

import static dev.orchestrix.handler.ShellNode.argv;
import static dev.orchestrix.handler.ShellNode.command;
import static dev.orchestrix.handler.ShellNode.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orchestrix.config.Settings;
import dev.orchestrix.core.job.ErrorCategory;
import dev.orchestrix.execute.HandlerException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code good} is on the search path and allowed; {@code evil} and the rest are not. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class AllowingCommandsTest {
  @TempDir Path folder;

  private Path bin = Path.of("");
  private Path elsewhere = Path.of("");

  @BeforeEach
  void makeCommands() throws Exception {
    bin = Files.createDirectory(folder.resolve("bin"));
    elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    script(bin.resolve("good"), "good");
    script(bin.resolve("evil"), "evil");
    script(elsewhere.resolve("good"), "an impostor");
  }

  @Test
  void nothing_runs_on_a_node_that_was_told_nothing() {
    assertOff(TestJob.of(argv("true").toString()).failIn(new ShellHandler()));
  }

  @Test
  void nothing_runs_where_it_is_turned_off_whatever_is_allowed() {
    var shell = new ShellHandler();
    shell.start(
        new Settings.Handlers(
            new Settings.HttpClient(true), new Settings.Shell(false, List.of("*"))));

    assertOff(TestJob.of(argv("true").toString()).failIn(shell));
    assertOff(TestJob.of("not even JSON").failIn(shell));
  }

  @Test
  void nothing_runs_where_nothing_is_allowed() {
    assertRefused(node(), argv("good"), "not among the commands");
    assertRefused(node(), command("true"), "does not allow");
  }

  @Test
  void a_name_allows_what_is_found_under_it() throws Exception {
    assertRuns(node("good"), argv("good"));
    assertRuns(node("good"), argv(bin + "/good"));
    assertRuns(node("good"), argv(bin + "/../bin/./good"));
  }

  @Test
  void a_name_allows_no_other_file_of_that_name() {
    assertRefused(node("good"), argv(elsewhere + "/good"), "not among the commands");
    assertRefused(node("good"), argv(bin + "/../elsewhere/good"), "not among the commands");
  }

  @Test
  void a_path_allows_that_file_by_path_or_name() throws Exception {
    assertRuns(node(bin + "/good"), argv(bin + "/good"));
    assertRuns(node(bin + "/good"), argv("good"));
  }

  @Test
  void a_path_that_is_not_on_the_search_path_does_not_allow_its_name() {
    assertRefused(node(elsewhere + "/good"), argv("good"), "not among the commands");
  }

  @Test
  void a_path_through_a_link_to_a_folder_is_the_same_path() throws Exception {
    var link = Files.createSymbolicLink(folder.resolve("link"), bin);

    assertRuns(node(link + "/good"), argv(bin + "/good"));
    assertRuns(node(bin + "/good"), argv(link + "/good"));
  }

  @Test
  void a_link_to_an_allowed_file_is_another_command() throws Exception {
    var link = Files.createSymbolicLink(elsewhere.resolve("other"), bin.resolve("good"));

    assertRefused(node("good"), argv(link.toString()), "not among the commands");
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil", "EVIL", "goo", "good ", " good", "good;evil", "*", "", ".", ".."})
  void no_other_name_runs(String name) {
    assertRefused(node("good"), argv(name), "not among the commands");
  }

  @ParameterizedTest
  @ValueSource(strings = {"./good", "../bin/good", "bin/good", "/", "//", "/..", "/usr/.."})
  void a_relative_path_or_a_folder_is_no_command(String path) {
    assertRefused(node("good"), argv(path), "argv[0]: ");
    assertRefused(node("*"), argv(path), "expected a name or an absolute path");
  }

  @Test
  void a_star_allows_everything() throws Exception {
    assertRuns(node("*"), argv("good"));
    assertThat(run(node("*"), argv(elsewhere + "/good")).get("stdout").textValue())
        .isEqualTo("an impostor\n");
    assertRuns(node("*"), command("good"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "/bin/sh"})
  void the_shell_must_be_allowed_by_itself(String allowed) throws Exception {
    assertRuns(node(allowed), command("good"));
    assertRefused(node("good", "bash"), command("good"), "does not allow");
  }

  @Test
  void a_search_path_that_a_job_brings_does_not_find_its_command() throws Exception {
    var payload = argv("good");
    payload.putObject("env").put("PATH", elsewhere.toString());

    assertRuns(node("*"), payload);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PATH",
        "LD_PRELOAD",
        "LD_LIBRARY_PATH",
        "LD_AUDIT",
        "DYLD_INSERT_LIBRARIES",
        "GCONV_PATH",
        "BASH_ENV",
        "ENV",
      })
  void a_variable_that_makes_an_allowed_command_another_is_refused(String name) throws Exception {
    var payload = argv("good");
    payload.putObject("env").put(name, elsewhere.toString());

    assertRefused(node("good"), payload, "env." + name + ": could make");
    if (!name.startsWith("LD_")) {
      assertRuns(node("good", "sh"), payload);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                        | command: expected either command or argv
          {"command": null, "argv": null}           | command: expected either command or argv
          {"command": "a", "argv": ["a"]}           | command: expected either command or argv
          {"command": ""}                           | command: is empty
          {"command": " \\n\\t"}                    | command: is empty
          {"command": ["a"]}                        | command: expected a string
          {"command": "a\\u0000b"}                  | command: holds a NUL
          {"argv": []}                              | argv: is empty
          {"argv": "good"}                          | argv: expected an array of strings
          {"argv": {"0": "good"}}                   | argv: expected an array of strings
          {"argv": ["good", 1]}                     | argv[1]: expected a string
          {"argv": ["good", null]}                  | argv[1]: expected a string
          {"argv": ["good", "a\\u0000"]}            | argv[1]: holds a NUL
          {"argv": ["good\\u0000evil"]}             | argv[0]: holds a NUL
          {"argv": ["/good\\u0000evil"]}            | argv[0]: holds a NUL
          {"argv": ["good"], "env": []}             | env: expected an object
          {"argv": ["good"], "env": {"A": 1}}       | env.A: expected a string
          {"argv": ["good"], "env": {"A=B": "c"}}   | env: a name is not of the form
          {"argv": ["good"], "env": {"": "c"}}      | env: a name is not of the form
          {"argv": ["good"], "env": {"A B": "c"}}   | env: a name is not of the form
          {"argv": ["good"], "env": {"A\\n": "c"}}  | env: a name is not of the form
          {"argv": ["good"], "env": {"A": "\\u0000"}} | env.A: holds a NUL
          {"argv": ["good"], "dir": "tmp"}          | dir: expected an absolute path
          {"argv": ["good"], "dir": ""}             | dir: expected an absolute path
          {"argv": ["good"], "dir": "/\\u0000"}     | dir: holds a NUL
          {"argv": ["good"], "stdin": 1}            | stdin: expected a string
          {"argv": ["good"], "timeout": "1s"}       | timeout: unknown field
          {"cmd": "a"}                              | cmd: unknown field
          "good"                                    | must be a JSON object
          """)
  void a_bad_payload_is_refused_for_good(String payload, String reason) {
    assertRefused(node("*"), TestJob.of(payload), reason);
  }

  @Test
  void every_problem_is_named_at_once() {
    var payload =
        TestJob.of(
            "{\"argv\": [\"evil\", 2], \"env\": {\"=\": \"\"}, \"dir\": \"x\", \"user\": 0}");

    for (var problem : List.of("argv[0]: ", "argv[1]: ", "env: ", "dir: ", "user: unknown")) {
      assertRefused(node("good"), payload, problem);
    }
  }

  @Test
  void an_argument_longer_than_the_kernel_takes_is_refused() {
    assertRefused(node("good"), argv("good", "ä".repeat(65_536)), "argv[1]: expected at most");
  }

  private ShellHandler node(String... allowed) {
    return ShellNode.allowing(Map.of("PATH", bin + ":/usr/bin:/bin"), allowed);
  }

  private static void assertRuns(ShellHandler node, ObjectNode payload) throws Exception {
    assertThat(run(node, payload).get("stdout").textValue()).isEqualTo("good\n");
  }

  private static void assertOff(HandlerException failure) {
    assertThat(failure).hasMessageContaining("turned off");
    assertThat(failure.isRetryable()).isFalse();
  }

  private static void assertRefused(ShellHandler node, ObjectNode payload, String reason) {
    assertRefused(node, TestJob.of(payload.toString()), reason);
  }

  private static void assertRefused(ShellHandler node, TestJob job, String reason) {
    var failure = job.failIn(node);

    assertThat(failure).hasMessageContaining(reason);
    assertThat(failure.isRetryable()).isFalse();
    assertThat(failure.category()).isEqualTo(ErrorCategory.REJECTED);
  }

  private static void script(Path file, String says) throws Exception {
    Files.writeString(file, "#!/bin/sh\necho " + says + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
