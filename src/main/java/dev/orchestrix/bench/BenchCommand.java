package dev.orchestrix.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code orchestrix bench}: measures a node from outside, as a client process of its own. Exit code
 * 0: measured; 1: the run failed, and the report says why; 2: the options make no sense.
 */
@Command(
    name = "bench",
    description = "Measure a node: one that runs, or one that is started for it.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "SCENARIO",
    subcommands = {
      ThroughputCommand.class,
      LimitCommand.class,
      SubmitCommand.class,
      LatencyCommand.class,
      BacklogCommand.class,
      FairnessCommand.class,
      RateLimitCommand.class,
      TenantsCommand.class,
      ChaosCommand.class
    })
public final class BenchCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
  private CommandSpec spec;

  /** Without a scenario there is nothing to do, and the answer says which there are. */
  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Which scenario?");
  }
}
