package dev.orchestrix.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The settings that could be understood, and the problems with the others. */
final class Values {
  private final Map<Setting<?>, Object> values = new LinkedHashMap<>();
  private final List<Problem> problems = new ArrayList<>();
  private final Set<Setting<?>> present = new HashSet<>();

  private Values() {}

  static Values of(Map<String, Given> given) {
    var values = new Values();
    SettingsTable.ALL.forEach(setting -> values.read(setting, given));
    return values;
  }

  /** In the order of the table. */
  List<Problem> problems() {
    return problems;
  }

  /** The value, if it was given and fits. */
  @SuppressWarnings("unchecked") // read() puts under a Setting<T> only what its Kind<T> has read
  <T> Optional<T> find(Setting<T> setting) {
    return Optional.ofNullable((T) values.get(setting));
  }

  /** Whether nobody has given a value, also none that does not fit. */
  boolean isAbsent(Setting<?> setting) {
    return !present.contains(setting);
  }

  /** The value of a setting that has no problem. */
  <T> T of(Setting<T> setting) {
    return find(setting).orElseThrow();
  }

  private <T> void read(Setting<T> setting, Map<String, Given> given) {
    var one = given.get(setting.path());
    if (one == null) {
      return;
    }
    present.add(setting);
    switch (setting.kind().read(one.text())) {
      case Reading.Fit<T>(var value) -> values.put(setting, value);
      case Reading.Unfit<T>(var expectation) ->
          problems.add(setting.unfit(one, "expected " + expectation));
    }
  }
}
