package dev.orchestrix.cli;

import dev.orchestrix.store.Migrations;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code orchestrix migrate}: brings the schema up and down. */
@Command(
    name = "migrate",
    description = "Bring the schema of a database up or down.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "up|down|status|create")
final class MigrateCommand {

  @Command(
      name = "up",
      description = "Apply every migration that is missing.",
      mixinStandardHelpOptions = true)
  int up(@Mixin SettingOptions options) {
    var applied = migrations(options).up();
    applied.forEach(file -> System.out.println("applied " + file));
    if (applied.isEmpty()) {
      System.out.println("nothing to do");
    }
    return 0;
  }

  @Command(
      name = "down",
      description = "Undo the newest migration, with the data it holds.",
      mixinStandardHelpOptions = true)
  int down(@Mixin SettingOptions options) {
    var undone = migrations(options).down();
    System.out.println(undone.map(file -> "undone " + file).orElse("nothing to undo"));
    return 0;
  }

  @Command(
      name = "status",
      description = "Say which migrations are applied.",
      mixinStandardHelpOptions = true)
  int status(@Mixin SettingOptions options) {
    for (var one : migrations(options).status()) {
      System.out.printf("%-48s %s%n", one.file(), one.appliedAt().orElse("missing"));
    }
    return 0;
  }

  @Command(
      name = "create",
      description = "Begin a migration: a file with a place for each direction.",
      mixinStandardHelpOptions = true)
  int create(
      @Parameters(paramLabel = "NAME", description = "What it does, in a few words.") String name,
      @Option(names = "--folder", description = "Where; sql/ beside the program if not given.")
          @Nullable Path folder)
      throws IOException {
    var to = folder == null ? Main.home().resolve("sql") : folder;
    System.out.println(Migrations.create(to, name, Instant.now()));
    return 0;
  }

  /** Who may call the API does not matter here, so that alone may be undecided. */
  private static Migrations migrations(SettingOptions options) {
    return new Migrations(options.loader().node(options.flags()).postgres().url());
  }
}
