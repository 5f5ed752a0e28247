package dev.orchestrix.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads settings, each source ahead of the one before: the defaults, {@code conf/orchestrix.yaml},
 * the {@code ORCHESTRIX_*} variables, the flags of the command. Every setting is described in
 * {@code docs/configuration.md}.
 */
public final class SettingsLoader {
  /** What {@code orchestrix up} decides whatever file and environment say; a flag may differ. */
  private static final Map<String, String> UP =
      Map.of(
          SettingsTable.HTTP_HOST.path(), "127.0.0.1",
          DoorSettings.AUTH_MODE.path(), "none",
          SettingsTable.HTTP_CLIENT_ALLOW_PRIVATE.path(), "true",
          ClusterSettings.HOST.path(), "127.0.0.1",
          ClusterSettings.PORT.path(), "0",
          ClusterSettings.MEMBERS.path(), "",
          SettingsTable.POSTGRES_URL.path(), "postgresql://embedded@localhost/embedded",
          SettingsTable.REDIS_URL.path(), "redis://embedded");

  private static final String UP_ORIGIN = "up";

  private final Map<String, String> environment;
  private final Path home;
  private final Optional<Path> file;

  /**
   * @param environment usually {@link System#getenv()}
   * @param home the folder whose {@code conf/orchestrix.yaml} is read if it is there
   * @param file read instead of that one, and before what {@code ORCHESTRIX_CONFIG} names; it has
   *     to be there
   */
  public SettingsLoader(Map<String, String> environment, Path home, Optional<Path> file) {
    this.environment = Map.copyOf(environment);
    this.home = home;
    this.file = file;
  }

  /**
   * The settings of a node beside real servers. Somebody has to have decided who may call it.
   *
   * @param flags values by path, such as {@code http.port}
   */
  public LoadedSettings node(Map<String, String> flags) {
    return merge(List.of(Layer.flags("flag", flags)), true);
  }

  /**
   * The settings of {@code orchestrix up}: alone, on loopback, open to everybody there, which
   * neither file nor environment can change by accident. The URLs are placeholders until the
   * servers have started: see {@link LoadedSettings#with}.
   *
   * @param flags values by path, such as {@code http.port}
   */
  public LoadedSettings up(Map<String, String> flags) {
    return merge(List.of(Layer.flags(UP_ORIGIN, UP), Layer.flags("flag", flags)), false);
  }

  /**
   * Where somebody has decided who may call, though {@code orchestrix up} does not go by it: a
   * variable, or a line of the file; nothing if nobody has, or the same.
   *
   * @param up what {@link #up} has answered
   */
  public Optional<String> unheededAuth(LoadedSettings up) {
    var decided = merge(List.of(), false).effective(DoorSettings.AUTH_MODE);
    var holds = up.effective(DoorSettings.AUTH_MODE);
    return holds.origin().equals(UP_ORIGIN)
            && !decided.value().isEmpty()
            && !decided.value().equals(holds.value())
        ? Optional.of(decided.origin())
        : Optional.empty();
  }

  private LoadedSettings merge(List<Layer> ahead, boolean needsAuth) {
    var layers = new ArrayList<Layer>();
    layers.add(Layer.defaults());
    layers.add(fileLayer());
    layers.add(EnvironmentLayer.read(environment));
    layers.addAll(ahead);

    var given = new LinkedHashMap<String, Given>();
    layers.forEach(layer -> given.putAll(layer.given()));
    var problems = layers.stream().flatMap(layer -> layer.problems().stream()).toList();
    return new LoadedSettings(given, problems, needsAuth);
  }

  private Layer fileLayer() {
    return file.or(this::fileOfEnvironment)
        .map(FileLayer::read)
        .orElseGet(() -> FileLayer.readIfPresent(home.resolve("conf/orchestrix.yaml")));
  }

  private Optional<Path> fileOfEnvironment() {
    return Optional.ofNullable(environment.get("ORCHESTRIX_CONFIG"))
        .filter(name -> !name.isBlank())
        .map(Path::of);
  }
}
