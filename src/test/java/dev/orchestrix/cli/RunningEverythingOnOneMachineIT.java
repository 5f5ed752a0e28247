package dev.orchestrix.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Api;
import dev.orchestrix.testkit.Child;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code orchestrix up} as a process, from its greeting to its exit code. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RunningEverythingOnOneMachineIT {
  private static final String NOOP = "{\"type\": \"noop\"}";

  @TempDir static Path data;

  @TempDir Path temporary;

  private final List<Child> started = new ArrayList<>();

  @AfterEach
  void stopWhatRuns() {
    started.stream().filter(Child::isAlive).forEach(Child::askToStop);
    for (var child : started) {
      var _ = child.exitCode();
      child.close();
    }
  }

  @Test
  void jobs_outlive_a_stop_and_a_kill() {
    var first = up();
    var done = greeted(first).submit(NOOP);
    assertThat(greeted(first).ended(done).getString("state")).isEqualTo("SUCCEEDED");
    var later = greeted(first).submit("{\"type\": \"noop\", \"delay\": \"1h\"}");

    assertStopsInOrder(first);

    var second = up();
    assertThat(greeted(second).job(done).getString("state")).isEqualTo("SUCCEEDED");
    assertThat(greeted(second).job(later).getString("state")).isEqualTo("SCHEDULED");
    var committed = greeted(second).submit("{\"type\": \"noop\", \"delay\": \"1s\"}");

    second.kill();

    var third = up();
    assertThat(greeted(third).job(done).getString("state")).isEqualTo("SUCCEEDED");
    assertThat(greeted(third).ended(committed).getString("state")).isEqualTo("SUCCEEDED");
  }

  @Test
  void a_second_one_with_the_same_data_or_port_is_refused_and_the_first_runs_on() {
    var first = up();
    var api = greeted(first);

    var sameData = up();
    var samePort = start("--ephemeral", "--port", Integer.toString(port(first)));

    assertThat(sameData.exitCode()).isEqualTo(1);
    assertThat(sameData.lines()).anyMatch(it -> it.contains("in use by process " + first.pid()));
    assertThat(samePort.exitCode()).isEqualTo(1);
    assertThat(samePort.lines()).anyMatch(it -> it.startsWith("The port is taken"));
    assertThat(ephemeralFolders()).isEmpty();
    assertThat(api.ended(api.submit(NOOP)).getString("state")).isEqualTo("SUCCEEDED");
  }

  @Test
  void an_ephemeral_one_leaves_nothing() {
    var up = start("--ephemeral", "--port", "0");
    var api = greeted(up);
    assertThat(api.ended(api.submit(NOOP)).getString("state")).isEqualTo("SUCCEEDED");
    assertThat(ephemeralFolders()).hasSize(1);

    assertStopsInOrder(up);

    assertThat(ephemeralFolders()).isEmpty();
  }

  @Test
  void a_variable_about_who_may_call_is_not_heeded_and_that_is_said_once() {
    var up = start(Map.of("ORCHESTRIX_AUTH_MODE", "keys"), "--ephemeral", "--port", "0");
    var api = greeted(up);

    assertThat(api.ended(api.submit(NOOP)).getString("state")).isEqualTo("SUCCEEDED");
    assertThat(up.lines()).filteredOn(it -> it.contains("not heeded")).hasSize(1);
    assertThat(up.lines())
        .anyMatch(it -> it.contains("WARN") && it.contains("ORCHESTRIX_AUTH_MODE"));
  }

  @Test
  void a_stop_before_it_is_up_is_no_failure() {
    var up = up();
    var _ = up.awaitLine("ready server=postgres");
    var servers = up.descendants();

    up.askToStop();

    assertThat(up.exitCode()).as("128 and SIGTERM").isEqualTo(128 + 15);
    assertThat(up.lines()).noneMatch(it -> it.startsWith("\tat "));
    assertThat(servers).noneMatch(ProcessHandle::isAlive);
  }

  private void assertStopsInOrder(Child up) {
    var servers = up.descendants();
    assertThat(servers).hasSizeGreaterThan(1).allMatch(ProcessHandle::isAlive);

    up.askToStop();

    assertThat(up.exitCode()).as("128 and SIGTERM").isEqualTo(128 + 15);
    assertThat(servers).noneMatch(ProcessHandle::isAlive);
    assertThat(data.resolve("run.json")).doesNotExist();
    assertThat(up.lines()).noneMatch(line -> line.contains("ERROR"));
  }

  private Child up() {
    return start("--data", data.toString(), "--port", "0");
  }

  private Child start(String... arguments) {
    return start(Map.of(), arguments);
  }

  private Child start(Map<String, String> more, String... arguments) {
    var all = new ArrayList<>(List.of("up"));
    all.addAll(List.of(arguments));
    var environment = new HashMap<>(more);
    environment.put("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary);
    var child = Child.start(environment, all.toArray(String[]::new));
    started.add(child);
    return child;
  }

  private static Api greeted(Child up) {
    return Api.onPort(port(up));
  }

  private static int port(Child up) {
    return Integer.parseInt(up.awaitLine("is up after .*http://127.0.0.1:(\\d+)/").group(1));
  }

  private String[] ephemeralFolders() {
    return temporary.toFile().list((_, name) -> name.startsWith("orchestrix-ephemeral-"));
  }
}
