package dev.orchestrix.handler;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
@Timeout(30)
@DisplayNameGeneration(ReplaceUnderscores.class)
class TellingTheLivingFromTheDeadTest {

  @Test
  void a_process_that_runs_lives() {
    var own = ProcessState.of(ProcessHandle.current().pid()).orElseThrow();

    assertThat(own.lives()).isTrue();
    assertThat(ProcessState.anyLivesIn(own.group())).contains(true);
  }

  @Test
  void a_process_that_never_was_has_no_state() {
    assertThat(ProcessState.of(Integer.MAX_VALUE)).isEmpty();
    assertThat(ProcessState.anyLivesIn(Integer.MAX_VALUE)).contains(false);
  }

  @Test
  void a_name_that_looks_like_a_state_deceives_nobody() throws Exception {
    var process = new ProcessBuilder("sh", "-c", "echo 'x) Z 1 1' > /proc/$$/comm; cat").start();
    try (var input = process.outputWriter()) {
      awaitName(process.pid());

      assertThat(ProcessState.of(process.pid()).orElseThrow().lives()).isTrue();
      assertThat(input).isNotNull();
    }
  }

  @Test
  void a_child_that_nobody_waits_for_is_dead_although_the_kernel_still_knows_it() throws Exception {
    // the shell becomes cat, which does not know that it has a child
    var script = "setsid sh -c 'echo $$' & exec cat";
    var process = new ProcessBuilder("sh", "-c", script).start();
    try (var input = process.outputWriter();
        var output = process.inputReader()) {
      long child = Long.parseLong(output.readLine());
      awaitDeath(child);

      assertThat(ProcessHandle.of(child).orElseThrow().isAlive()).isTrue();
      assertThat(ProcessState.anyLivesIn(child)).contains(false);
      assertThat(new ProcessGroup(child).lives()).isFalse();
      assertThat(input).isNotNull();
    }
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  private static void awaitDeath(long child) {
    while (ProcessState.of(child).orElseThrow().lives()) {
      Thread.onSpinWait();
    }
  }

  private static void awaitName(long process) throws Exception {
    var stat = Path.of("/proc/" + process + "/comm");
    while (!Files.readString(stat).startsWith("x)")) {
      Thread.onSpinWait();
    }
  }
}
