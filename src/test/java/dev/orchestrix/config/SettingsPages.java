package dev.orchestrix.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Writes the table of settings for those who set them. */
final class SettingsPages {
  private static final String SHIPPED_HEAD =
      """
      # The settings of a node. Every line that is commented out says what holds without it.
      # Variables (ORCHESTRIX_HTTP_PORT) and flags (--set http.port=80) are ahead of this file.
      # docs/configuration.md tells what fits.
      """;

  private static final String REFERENCE_HEAD =
      """
      # Settings

      A setting is looked for in this order; the first place that has it wins:

      1. flags: `--port`, `--roles`, ..., and `--set http.port=80` for any;
      2. variables: `http.port` is `ORCHESTRIX_HTTP_PORT`. `ORCHESTRIX_HTTP_PORT_FILE` names a file
         that holds the value, for secrets that are mounted. An empty variable counts as not set;
      3. the file: `--config FILE`, or what `ORCHESTRIX_CONFIG` names, or `conf/orchestrix.yaml` if
         it is there;
      4. the defaults below.

      `orchestrix config` shows what holds, where it came from, and everything that is wrong with
      it. Unknown names are mistakes. `orchestrix up` brings its own servers and, unless a flag says
      otherwise, listens on loopback only, needs no authentication, stays alone and lets `http` jobs
      call private addresses.

      Lists are YAML sequences in the file, and separated by commas elsewhere.
      """;

  private static final String REFERENCE_TAIL =
      """

      ## Not settings

      | variable | what |
      | --- | --- |
      | `ORCHESTRIX_CONFIG` | the settings file |
      | `ORCHESTRIX_DATA` | the data folder of `orchestrix up` |
      | `ORCHESTRIX_LOG_FORMAT` | `json` (a node's default) or `text` (the default elsewhere) |
      | `ORCHESTRIX_LOG_LEVEL` | `ERROR`, `WARN`, `INFO` (default), `DEBUG` or `TRACE` |
      | `ORCHESTRIX_JAVA_HOME`, `ORCHESTRIX_JAVA_OPTS` | the JDK that the launcher uses, and flags for it |

      ## Exit codes

      0: done, or stopped on request; 1: failed; 2: wrong usage or settings; 130 and 143: stopped by
      Ctrl-C or SIGTERM, after a graceful stop.
      """;

  static String reference() {
    var rows = SettingsTable.ALL.stream().map(SettingsPages::row).collect(Collectors.joining());
    return "<!-- Made from SettingsTable.java; TheSettingsTableTest writes it. -->\n\n"
        + REFERENCE_HEAD
        + "\n| setting | default | what | expected |\n| --- | --- | --- | --- |\n"
        + rows
        + REFERENCE_TAIL;
  }

  static String file() {
    var lines = new ArrayList<String>();
    var group = "";
    for (var setting : SettingsTable.ALL) {
      var dot = setting.path().indexOf('.');
      var itsGroup = dot < 0 ? "" : setting.path().substring(0, dot);
      if (!itsGroup.equals(group)) {
        lines.add("\n" + itsGroup + ":");
        group = itsGroup;
      } else {
        lines.add("");
      }
      lines.addAll(entry(setting, setting.path().substring(dot + 1), dot < 0 ? "" : "  "));
    }
    return SHIPPED_HEAD + String.join("\n", lines) + "\n";
  }

  private static List<String> entry(Setting<?> setting, String name, String indent) {
    var lines = new ArrayList<String>();
    for (var sentence : setting.description().split("(?<=\\.) ", -1)) {
      lines.add(indent + "# " + sentence);
    }
    if (setting.secret()) {
      lines.add(indent + "# Better in " + setting.variable() + ", as it holds a password.");
    } else if (setting.initial().isPresent() || setting.equals(DoorSettings.AUTH_MODE)) {
      lines.add(indent + "#" + name + ": " + shown(setting));
    } else {
      lines.add(indent + "# " + name + " is not set.");
    }
    return lines;
  }

  private static String shown(Setting<?> setting) {
    var initial = setting.initial().orElse("none");
    var list = initial.isEmpty() || initial.contains(",");
    return list ? "[" + initial.replace(",", ", ") + "]" : initial;
  }

  private static String row(Setting<?> setting) {
    return "| `%s` | %s | %s | %s |\n"
        .formatted(
            setting.path(),
            setting.initial().map(text -> text.isEmpty() ? "" : "`" + text + "`").orElse(""),
            setting.description(),
            setting.kind().expectation());
  }

  private SettingsPages() {}
}
