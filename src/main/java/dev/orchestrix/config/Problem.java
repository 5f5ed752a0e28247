package dev.orchestrix.config;

/**
 * Why the settings cannot be used.
 *
 * @param key the path of the setting, or the name that is not one
 * @param origin where the value came from; empty when there is none
 * @param value what was given, secrets hidden; empty when there is none
 * @param expectation what was expected, as a clause
 */
public record Problem(String key, String origin, String value, String expectation) {

  /** {@code http.port = "eighty" (ORCHESTRIX_HTTP_PORT): expected a whole number ...}. */
  @Override
  public String toString() {
    var given = value.isEmpty() ? "" : " = \"" + value + "\"";
    var source = origin.isEmpty() || origin.equals(key) ? "" : " (" + origin + ")";
    return key + given + source + ": " + expectation;
  }
}
