package dev.orchestrix.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What all sources together say; whether it can be used is told by {@link #settings}. */
public final class LoadedSettings {
  private final Map<String, Given> given;
  private final List<Problem> problemsOfSources;
  private final boolean needsAuth;

  LoadedSettings(Map<String, Given> given, List<Problem> problemsOfSources, boolean needsAuth) {
    this.given = given;
    this.problemsOfSources = problemsOfSources;
    this.needsAuth = needsAuth;
  }

  /**
   * One setting as it holds.
   *
   * @param value as it may be shown: without passwords; empty when nobody has given one
   * @param origin a file and line, a variable, a flag, {@code default}, or {@code not set}
   */
  public record Effective(String path, String value, String origin) {}

  /** Every setting, in the order of the documentation. */
  public List<Effective> effective() {
    return SettingsTable.ALL.stream().map(this::effective).toList();
  }

  /** Everything that is wrong; empty when {@link #settings} answers. */
  public List<Problem> problems() {
    return problems(Values.of(given));
  }

  /**
   * @throws SettingsException if there is any problem, with all of them
   */
  public Settings settings() {
    var values = Values.of(given);
    refuse(problems(values));
    return SettingsBuilder.settings(values);
  }

  /**
   * The part that a command needs which only talks to Postgres. Other parts may be missing or
   * wrong.
   *
   * @throws SettingsException if there is any problem with it, with all of them
   */
  public Settings.Postgres postgres() {
    var values = Values.of(given);
    refuse(problems(values).stream().filter(it -> !isElsewhere(it.key())).toList());
    return SettingsBuilder.postgres(values);
  }

  /**
   * The same with one more value, ahead of all others.
   *
   * @param path a setting that there is
   * @param origin where {@link #effective} says that it came from
   */
  public LoadedSettings with(String path, String text, String origin) {
    var more = new LinkedHashMap<>(given);
    more.put(path, new Given(text, origin));
    return new LoadedSettings(more, problemsOfSources, needsAuth);
  }

  private List<Problem> problems(Values values) {
    var all = new ArrayList<>(problemsOfSources);
    all.addAll(values.problems());
    Stream.of(SettingsTable.POSTGRES_URL, SettingsTable.REDIS_URL)
        .filter(setting -> !given.containsKey(setting.path()))
        .forEach(setting -> all.add(missing(setting)));
    if (needsAuth && !given.containsKey(DoorSettings.AUTH_MODE.path())) {
      all.add(missing(DoorSettings.AUTH_MODE));
    }
    CrossChecks.of(values).forEach(all::add);
    return all;
  }

  private static Problem missing(Setting<?> setting) {
    return new Problem(
        setting.path(),
        "",
        "",
        "not set; expected "
            + setting.kind().expectation()
            + " in the file, in "
            + setting.variable()
            + " or in --set");
  }

  private static boolean isElsewhere(String key) {
    return SettingsTable.find(key).isPresent() && !key.startsWith("postgres.");
  }

  private static void refuse(List<Problem> problems) {
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
  }

  Effective effective(Setting<?> setting) {
    var one = given.get(setting.path());
    return one == null
        ? new Effective(setting.path(), "", "not set")
        : new Effective(setting.path(), setting.shown(one.text()), one.origin());
  }
}
