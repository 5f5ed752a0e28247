package dev.orchestrix.cli;

import dev.orchestrix.config.Settings;
import dev.orchestrix.node.Node;
import dev.orchestrix.store.Migrations;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code orchestrix node}: a member of a cluster, beside real servers. */
@Command(
    name = "node",
    description = "Run a node of a cluster against real Postgres and Redis servers.",
    mixinStandardHelpOptions = true)
final class NodeCommand implements Callable<Integer> {

  @Option(
      names = "--roles",
      paramLabel = "ROLES",
      description = "Some of http,dispatcher,executor,scheduler; all of them if not given.")
  private @Nullable String roles;

  @Mixin private SettingOptions options = new SettingOptions();

  @Override
  public Integer call() throws Exception {
    var flags = options.flags();
    if (roles != null) {
      flags.put("roles", roles);
    }
    var settings = options.loader().node(flags).settings();
    var running = new Running();
    return running.during(() -> run(settings, running));
  }

  private static int run(Settings settings, Running running) throws InterruptedException {
    var _ = new Migrations(settings.postgres().url()).up();
    var node = Node.start(settings, () -> running.stop(1));
    try {
      return running.await();
    } finally {
      node.stop();
    }
  }
}
