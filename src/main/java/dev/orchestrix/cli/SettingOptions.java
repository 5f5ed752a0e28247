package dev.orchestrix.cli;

import dev.orchestrix.config.SettingsLoader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that every command has that reads settings. */
final class SettingOptions {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Read this file instead of conf/orchestrix.yaml.")
  private @Nullable Path file;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Serve HTTP there; 0 takes any free port.")
  private @Nullable String port;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "Any setting, such as execute.slots=200; see docs/configuration.md.")
  private Map<String, String> set = new LinkedHashMap<>();

  SettingsLoader loader() {
    return new SettingsLoader(System.getenv(), Main.home(), Optional.ofNullable(file));
  }

  Map<String, String> flags() {
    var flags = new LinkedHashMap<>(set);
    if (port != null) {
      flags.put("http.port", port);
    }
    return flags;
  }
}
