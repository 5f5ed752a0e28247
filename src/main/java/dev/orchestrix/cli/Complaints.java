package dev.orchestrix.cli;

import dev.orchestrix.config.SettingsException;
import dev.orchestrix.embedded.EmbeddedException;
import dev.orchestrix.node.NodeException;
import java.net.BindException;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Says in a few lines why a command failed; the stack of what nobody expected goes to the log. */
final class Complaints implements IExecutionExceptionHandler {

  @Override
  public int handleExecutionException(Exception failed, CommandLine command, ParseResult parsed) {
    var out = command.getErr();
    switch (failed) {
      case SettingsException wrong -> out.println(wrong.getMessage());
      case EmbeddedException broken -> out.println(broken.getMessage());
      case NodeException broken -> out.println(explain(broken));
      default -> {
        out.println(command.getCommandName() + ": " + failed);
        LoggerFactory.getLogger(Complaints.class).error("{} failed", command, failed);
      }
    }
    out.flush();
    return failed instanceof SettingsException
        ? CommandLine.ExitCode.USAGE
        : CommandLine.ExitCode.SOFTWARE;
  }

  /** What epoll says where NIO throws a BindException. */
  private static boolean isTaken(Throwable cause) {
    return cause.getMessage() != null && cause.getMessage().contains("Address already in use");
  }

  private static String explain(NodeException failed) {
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException || isTaken(cause)) {
        return "The port is taken by another program: "
            + cause.getMessage()
            + ". Nothing was started. Choose another with --port, or 0 for any free one.";
      }
    }
    return failed.getMessage() + ". Nothing of the node runs; no data was changed.";
  }
}
