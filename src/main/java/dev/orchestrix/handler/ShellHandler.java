package dev.orchestrix.handler;

import dev.orchestrix.config.Settings;
import dev.orchestrix.execute.HandlerException;
import dev.orchestrix.execute.JobContext;
import dev.orchestrix.execute.JobHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * {@code shell}: {@code {command}} runs through {@code /bin/sh -c}, {@code {argv}} through no
 * shell; both take {@code {env?, stdin?, dir?}}. Exit code 0 succeeds with {@code {exit_code,
 * stdout, stderr}}, any other is tried again. Lines of stderr go to the job's log. What a job has
 * started ends with it. Off unless the settings turn it on, and then only for the commands they
 * name.
 *
 * <p>A command runs as the node's user, in the temporary folder unless it says another one. Of the
 * node's variables it sees PATH, HOME and LANG.
 */
public final class ShellHandler implements JobHandler {
  private final Map<String, String> variables;
  private final SearchPath path;
  private final Optional<Path> setsid;
  private volatile Settings.Shell settings = new Settings.Shell(false, List.of());

  public ShellHandler() {
    this(System.getenv());
  }

  ShellHandler(Map<String, String> nodeVariables) {
    this(nodeVariables, SearchPath.of(Optional.empty()).find("setsid"));
  }

  ShellHandler(Map<String, String> nodeVariables, Optional<Path> setsid) {
    this.path = SearchPath.of(Optional.ofNullable(nodeVariables.get("PATH")));
    this.setsid = setsid;
    this.variables =
        Map.of(
            "PATH", path.toString(),
            "HOME", nodeVariables.getOrDefault("HOME", "/"),
            "LANG", nodeVariables.getOrDefault("LANG", "C.UTF-8"));
  }

  @Override
  public String type() {
    return "shell";
  }

  @Override
  public void start(Settings.Handlers all) {
    settings = all.shell();
  }

  @Override
  public String run(JobContext job) throws HandlerException, InterruptedException {
    if (!settings.enabled()) {
      throw HandlerException.permanent("shell jobs are turned off (shell.enabled)");
    }
    var allowed = new AllowedCommands(settings.allow(), path);
    var command = ShellCommand.read(Payload.of(job), allowed);
    if (command.argv().isEmpty()) {
      throw HandlerException.retryable("this node has no such command", null);
    }
    try (var process = ShellProcess.start(command, environment(command), setsid, job::log)) {
      return await(process, job);
    } catch (IOException e) {
      throw HandlerException.retryable("the command cannot be run: " + e.getMessage(), e);
    }
  }

  private static String await(ShellProcess process, JobContext job)
      throws HandlerException, InterruptedException, IOException {
    var over = new CountDownLatch(1);
    job.onCancel(over::countDown);
    if (process.await(over, job.deadline())) {
      return result(process);
    }
    if (over.getCount() == 0) {
      throw new InterruptedException("cancelled while the command ran");
    }
    throw HandlerException.retryable("the command ran past its deadline and was ended", null);
  }

  private static String result(ShellProcess process) throws HandlerException, IOException {
    int code = process.exitCode();
    if (code != 0) {
      throw HandlerException.retryable(failure(code, process), null);
    }
    return Json.write(
        Json.object()
            .put("exit_code", code)
            .put("stdout", process.stdout().text())
            .put("stderr", process.stderr().text()));
  }

  private static String failure(int code, ShellProcess process) {
    var said = process.stderr().lastLines();
    var lines = said.isEmpty() ? process.stdout().lastLines() : said;
    return "exit code " + code + (lines.isEmpty() ? "" : ": " + lines);
  }

  private Map<String, String> environment(ShellCommand command) {
    var environment = new HashMap<>(variables);
    environment.putAll(command.variables());
    return environment;
  }
}
