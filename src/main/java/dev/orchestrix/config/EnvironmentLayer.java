package dev.orchestrix.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads the {@code ORCHESTRIX_*} variables. An empty one counts as not set, which is what compose
 * files and charts make of a variable that nobody has given.
 */
final class EnvironmentLayer {
  /** Read by the launcher, the commands and the log before there are settings. */
  private static final Set<String> NOT_SETTINGS =
      Set.of(
          "ORCHESTRIX_JAVA_HOME",
          "ORCHESTRIX_JAVA_OPTS",
          "ORCHESTRIX_DATA",
          "ORCHESTRIX_CONFIG",
          "ORCHESTRIX_LOG_FORMAT",
          "ORCHESTRIX_LOG_LEVEL");

  /**
   * Kubernetes tells every pod about the services beside it in variables of their names, which for
   * a service called {@code orchestrix} or {@code orchestrix-http} look like ours.
   */
  private static final Pattern OF_KUBERNETES =
      Pattern.compile("ORCHESTRIX_.*?(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT_\\d+_(TCP|UDP).*)");

  private static final Pattern LINK_OF_KUBERNETES = Pattern.compile("(tcp|udp)://.*");

  private final Map<String, String> environment;
  private final SequencedMap<String, Given> given = new LinkedHashMap<>();
  private final List<Problem> problems = new ArrayList<>();

  private EnvironmentLayer(Map<String, String> environment) {
    this.environment = environment;
  }

  static Layer read(Map<String, String> environment) {
    var layer = new EnvironmentLayer(environment);
    SettingsTable.ALL.forEach(layer::take);
    layer.refuseUnknown();
    return new Layer(layer.given, layer.problems);
  }

  private void take(Setting<?> setting) {
    var value = value(setting.variable());
    var file = value(setting.fileVariable());
    if (value.isPresent() && file.isPresent()) {
      problems.add(
          new Problem(
              setting.fileVariable(), "", "", "expected either this or " + setting.variable()));
    }
    file.ifPresent(name -> takeContent(setting, name));
    value.ifPresent(text -> put(setting, text, setting.variable()));
  }

  private void takeContent(Setting<?> setting, String file) {
    try {
      put(setting, Files.readString(Path.of(file)).strip(), setting.fileVariable());
    } catch (IOException | InvalidPathException unreadable) {
      problems.add(
          new Problem(setting.fileVariable(), "", file, "expected the name of a readable file"));
    }
  }

  private void put(Setting<?> setting, String text, String origin) {
    given.put(setting.path(), new Given(text, origin));
  }

  private Optional<String> value(String variable) {
    return Optional.ofNullable(environment.get(variable))
        .filter(text -> !text.isBlank())
        .filter(text -> !isLink(variable, text));
  }

  private void refuseUnknown() {
    var known =
        SettingsTable.ALL.stream()
            .flatMap(setting -> Stream.of(setting.variable(), setting.fileVariable()))
            .toList();
    environment.forEach(
        (variable, text) -> {
          if (isOurs(variable, text) && !known.contains(variable)) {
            problems.add(new Problem(variable, "", "", NearestName.unknown(variable, known)));
          }
        });
  }

  private static boolean isOurs(String variable, String text) {
    return variable.startsWith(Setting.PREFIX)
        && !NOT_SETTINGS.contains(variable)
        && !OF_KUBERNETES.matcher(variable).matches()
        && !isLink(variable, text);
  }

  private static boolean isLink(String variable, String text) {
    return variable.endsWith("_PORT") && LINK_OF_KUBERNETES.matcher(text).matches();
  }
}
