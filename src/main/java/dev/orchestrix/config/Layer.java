package dev.orchestrix.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What one source gives: the defaults, the file, the environment, the flags.
 *
 * @param given by the path of the setting
 * @param problems with the source itself; values are looked at when they are used
 */
record Layer(Map<String, Given> given, List<Problem> problems) {

  static final Layer EMPTY = new Layer(Map.of(), List.of());

  static Layer defaults() {
    SequencedMap<String, Given> given = new LinkedHashMap<>();
    for (var setting : SettingsTable.ALL) {
      setting.initial().ifPresent(text -> given.put(setting.path(), new Given(text, "default")));
    }
    return new Layer(given, List.of());
  }

  /**
   * Values by path, all from the same place.
   *
   * @param origin that place
   */
  static Layer flags(String origin, Map<String, String> values) {
    SequencedMap<String, Given> given = new LinkedHashMap<>();
    var problems = new ArrayList<Problem>();
    values.forEach(
        (path, text) -> {
          if (SettingsTable.find(path).isPresent()) {
            given.put(path, new Given(text, origin));
          } else {
            problems.add(
                new Problem(path, origin, "", NearestName.unknown(path, SettingsTable.paths())));
          }
        });
    return new Layer(given, problems);
  }
}
