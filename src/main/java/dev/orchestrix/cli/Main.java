package dev.orchestrix.cli;

import dev.orchestrix.bench.BenchCommand;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** {@code orchestrix}: the one program. */
@Command(
    name = "orchestrix",
    description = "A distributed job engine on Postgres and Redis.",
    mixinStandardHelpOptions = true,
    version = "orchestrix 0.1.0-SNAPSHOT",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      UpCommand.class,
      NodeCommand.class,
      MigrateCommand.class,
      ConfigCommand.class,
      KeyCommand.class,
      DoctorCommand.class,
      ExplainCommand.class,
      BenchCommand.class,
      TrainCommand.class,
      HelpCommand.class
    })
public final class Main {

  /** Ends the process with 0, 1 for what went wrong, or 2 for what was asked wrongly. */
  public static void main(String[] arguments) {
    LogFormat.choose(arguments);
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(new Complaints());
  }

  /** Where the program's own files are: {@code conf/}, {@code sql/} and {@code data/}. */
  static Path home() {
    return Path.of(System.getProperty("orchestrix.home", "."));
  }
}
