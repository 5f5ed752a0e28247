package dev.orchestrix.handler;

import static dev.orchestrix.handler.ShellNode.command;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrix.handler.ShellNode.Fifo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Every command here would run for an hour: a process that is not ended fails its test. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
@DisplayNameGeneration(ReplaceUnderscores.class)
class EndingACommandTest {
  private static final String FOREVER = "sleep 3600";

  private final ShellHandler shell = ShellNode.allowing("*");

  @TempDir Path folder;
  private Fifo fifo = new Fifo(Path.of("/dev/null"));

  @BeforeEach
  void makePipe() throws Exception {
    fifo = Fifo.in(folder, "pids");
  }

  @Test
  void a_cancelled_job_takes_its_children_and_their_children_along() throws Exception {
    var job = job("sh -c '%1$s & echo $! $$ $PPID > %2$s; wait'; true");
    var running = new RunningJob(shell, job);
    var processes = fifo.processes();

    job.cancel();

    assertThat(running.failure()).isInstanceOf(InterruptedException.class);
    assertThat(processes).hasSize(3);
    assertAllEnd(processes);
  }

  @Test
  void an_interrupted_job_does_so_too() throws Exception {
    var running = new RunningJob(shell, job("sh -c '%1$s & echo $! $$ > %2$s; wait'; true"));
    var processes = fifo.processes();

    running.interrupt();

    assertThat(running.failure()).isInstanceOf(InterruptedException.class);
    assertAllEnd(processes);
  }

  @Test
  void a_job_at_its_deadline_does_so_too_and_is_tried_again() throws Exception {
    var started = new CountDownLatch(1);
    var job = job("echo $$ > %2$s; %1$s & %1$s").endingAfter(started::await);
    var running = new RunningJob(shell, job);
    var processes = fifo.processes();

    started.countDown();

    assertThat(running.failure()).hasMessageContaining("ran past its deadline");
    assertAllEnd(processes);
  }

  @Test
  void children_whose_parents_are_dead_are_found_by_their_group() throws Exception {
    var job = job("(%1$s & echo $! > %2$s); (%1$s &); %1$s");
    var running = new RunningJob(shell, job);
    var orphans = fifo.processes();

    job.cancel();

    assertThat(running.failure()).isInstanceOf(InterruptedException.class);
    assertAllEnd(orphans);
  }

  @Test
  void children_that_have_left_the_group_are_found_by_their_parents() throws Exception {
    var job = job("setsid sh -c 'echo $$ > %2$s; exec %1$s' & wait");
    var running = new RunningJob(shell, job);
    var strays = fifo.processes();

    job.cancel();

    assertThat(running.failure()).isInstanceOf(InterruptedException.class);
    assertAllEnd(strays);
  }

  @Test
  void who_ignores_the_request_to_end_is_killed() throws Exception {
    var job = job("trap '' TERM; echo $$ > %2$s; while true; do %1$s; done");
    var running = new RunningJob(shell, job);
    var stubborn = fifo.processes();

    running.cancel();

    assertThat(running.failure()).isInstanceOf(InterruptedException.class);
    assertAllEnd(stubborn);
  }

  @Test
  void who_is_stopped_is_killed() throws Exception {
    var job = job("echo $$ > %2$s; kill -STOP $$");
    var running = new RunningJob(shell, job);
    var stopped = fifo.processes();

    job.cancel();

    assertThat(running.failure()).isInstanceOf(InterruptedException.class);
    assertAllEnd(stopped);
  }

  @Test
  void who_asks_for_a_moment_to_tidy_up_gets_it() throws Exception {
    var tidied = Fifo.in(folder, "tidied");
    var job = job("trap 'echo tidy > " + tidied + "; exit 0' TERM; echo $$ > %2$s; %1$s & wait");
    var running = new RunningJob(shell, job);
    var processes = fifo.processes();
    var said = CompletableFuture.supplyAsync(() -> read(tidied));

    running.cancel();

    assertThat(said.get(20, SECONDS)).containsExactly("tidy");
    assertThat(running.failure()).isInstanceOf(InterruptedException.class);
    assertAllEnd(processes);
  }

  @Test
  void a_flood_of_output_does_not_hide_a_cancellation() throws Exception {
    var job = job("echo $$ > %2$s; exec yes");
    var running = new RunningJob(shell, job);
    var processes = fifo.processes();

    job.cancel();

    assertThat(running.failure()).isInstanceOf(InterruptedException.class);
    assertAllEnd(processes);
  }

  @Test
  void a_job_that_is_cancelled_already_leaves_nothing_running() {
    var job = TestJob.of(command(FOREVER).toString());
    job.cancel();

    assertThatThrownBy(() -> shell.run(job)).isInstanceOf(InterruptedException.class);
    assertThat(ProcessHandle.current().children()).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void what_a_finished_command_left_in_the_background_ends_with_it() throws Exception {
    var running = new RunningJob(shell, job("%1$s & echo $! > %2$s; echo done"));
    var left = fifo.processes();

    assertThat(running.result()).contains("done");
    assertAllEnd(left);
  }

  @Test
  void a_daemon_that_keeps_the_output_open_holds_nobody_up() throws Exception {
    var running =
        new RunningJob(shell, job("setsid sh -c 'echo $$ > %2$s; exec %1$s' & sleep 0.2"));
    var daemon = fifo.processes().getFirst();

    assertThat(running.result()).contains("\"exit_code\":0");

    daemon.destroyForcibly();
    assertAllEnd(List.of(daemon));
  }

  @Test
  void without_setsid_the_descendants_are_ended() throws Exception {
    var plain = ShellNode.started(new ShellHandler(System.getenv(), Optional.empty()), "*");
    var job = job("sh -c '%1$s & echo $! $$ $PPID > %2$s; wait'; true");
    var running = new RunningJob(plain, job);
    var processes = fifo.processes();

    job.cancel();

    assertThat(running.failure()).isInstanceOf(InterruptedException.class);
    assertAllEnd(processes);
  }

  @Test
  void a_command_is_no_part_of_the_nodes_own_group() throws Exception {
    var payload = command("ps -o pgid= -p $$; echo $$").toString();

    var numbers = Json.read(shell.run(TestJob.of(payload))).get("stdout").textValue().split("\\s+");

    var own = List.of(numbers).stream().filter(number -> !number.isEmpty()).toList();
    assertThat(own).hasSize(2);
    assertThat(own.getFirst()).isEqualTo(own.getLast());
  }

  @Test
  void thirty_commands_leave_no_thread_and_no_open_file() throws Exception {
    runSome(5);
    int threads = Thread.activeCount();
    long files = openFiles();

    runSome(30);

    assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads);
    assertThat(openFiles()).isLessThan(files + 20);
  }

  private void runSome(int times) throws Exception {
    for (int i = 0; i < times; i++) {
      var result = shell.run(TestJob.of(command("cat").put("stdin", "x").toString()));
      assertThat(result).contains("\"stdout\":\"x\"");
    }
  }

  private static long openFiles() throws Exception {
    try (var files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }

  /** {@code %1$s} runs for an hour, {@code %2$s} is where to write process ids to. */
  private TestJob job(String script) {
    return TestJob.of(command(script.formatted(FOREVER, fifo)).toString());
  }

  private static List<String> read(Fifo fifo) {
    try {
      return fifo.lines();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertAllEnd(List<ProcessHandle> processes) throws Exception {
    assertThat(processes).isNotEmpty();
    for (var process : processes) {
      var _ = process.onExit().get(20, SECONDS);
    }
  }
}
