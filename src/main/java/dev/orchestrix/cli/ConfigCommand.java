package dev.orchestrix.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code orchestrix config}: what a node would be told, and by whom. */
@Command(
    name = "config",
    description = "Print the settings a node would have and where each comes from.",
    mixinStandardHelpOptions = true)
final class ConfigCommand implements Callable<Integer> {

  @Mixin private SettingOptions options = new SettingOptions();

  @Override
  public Integer call() {
    var loaded = options.loader().node(options.flags());
    for (var one : loaded.effective()) {
      System.out.printf("%-32s %-36s %s%n", one.path(), one.value(), one.origin());
    }
    if (loaded.problems().isEmpty()) {
      return 0;
    }
    System.err.println("A node would not start with this:");
    loaded.problems().forEach(problem -> System.err.println("  " + problem));
    return 1;
  }
}
