package dev.orchestrix.config;

import java.util.Locale;
import java.util.Optional;

/**
 * One thing a node can be told: a row of {@link SettingsTable}.
 *
 * @param path its name in the file and in {@code --set}: groups and name, separated by dots
 * @param initial what holds when nobody says anything; empty for nothing
 * @param secret whether the value must not be shown as it is
 * @param description one sentence for whoever sets it
 */
record Setting<T>(
    String path, Kind<T> kind, Optional<String> initial, boolean secret, String description) {

  static final String PREFIX = "ORCHESTRIX_";

  /** Its name in the environment: {@code http.max_body} is {@code ORCHESTRIX_HTTP_MAX_BODY}. */
  String variable() {
    return PREFIX + path.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  /** The variable that names a file which holds the value. */
  String fileVariable() {
    return variable() + "_FILE";
  }

  /** The problem with a value that was not understood. */
  Problem unfit(Given given, String expectation) {
    return new Problem(path, given.origin(), shownUnfit(given.text()), expectation);
  }

  /** A value that fits, as it may be shown. */
  String shown(String text) {
    return secret ? Urls.shown(text) : text;
  }

  private String shownUnfit(String text) {
    return secret ? Urls.withoutAnything(text) : text;
  }
}
