package dev.orchestrix.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * Reads the settings file: groups as mappings, lists as sequences. Token by token, because that
 * knows the line of every value and loads a fraction of the classes.
 */
final class FileLayer {
  private final Path file;
  private final JsonParser parser;
  private final SequencedMap<String, Given> given = new LinkedHashMap<>();
  private final List<Problem> problems = new ArrayList<>();

  private FileLayer(Path file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  /** Reads a file that has to be there. */
  static Layer read(Path file) {
    try (var text = Files.newBufferedReader(file)) {
      return read(file, text);
    } catch (JsonProcessingException notYaml) {
      return failed(file, notYaml);
    } catch (IOException unreadable) {
      return new Layer(
          Map.of(), List.of(new Problem(file.toString(), "", "", "expected a readable file")));
    }
  }

  /** Reads a file if it is there. */
  static Layer readIfPresent(Path file) {
    return Files.exists(file) ? read(file) : Layer.EMPTY;
  }

  private static Layer read(Path file, Reader text) throws IOException {
    try (var parser = new YAMLFactory().createParser(text)) {
      var layer = new FileLayer(file, parser);
      layer.document();
      return new Layer(layer.given, layer.problems);
    }
  }

  private static Layer failed(Path file, JsonProcessingException notYaml) {
    var location = notYaml.getLocation();
    var line = location == null ? "" : ":" + location.getLineNr();
    var reason = notYaml.getOriginalMessage().lines().findFirst().orElse("");
    return new Layer(
        Map.of(), List.of(new Problem(file + line, "", "", "expected YAML: " + reason)));
  }

  private void document() throws IOException {
    var token = parser.nextToken();
    if (token == JsonToken.START_OBJECT) {
      group("");
    } else if (token != null && token != JsonToken.VALUE_NULL) {
      problems.add(new Problem(file.toString(), "", "", "expected settings as key: value"));
    }
  }

  private void group(String prefix) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var path = prefix + parser.currentName();
      var origin = file + ":" + parser.currentTokenLocation().getLineNr();
      value(path, origin, parser.nextToken());
    }
  }

  private void value(String path, String origin, JsonToken token) throws IOException {
    var known = SettingsTable.find(path).isPresent();
    var group = SettingsTable.groups().contains(path);
    if (token == JsonToken.VALUE_NULL && (known || group)) {
      return; // as in the file that we ship, where every line of a group is a comment
    }
    if (token == JsonToken.START_OBJECT && group) {
      group(path + ".");
    } else if (!known || token == JsonToken.START_OBJECT) {
      parser.skipChildren();
      problems.add(new Problem(path, origin, "", misplaced(path, known)));
    } else if (token == JsonToken.START_ARRAY) {
      put(path, origin, list(path, origin));
    } else {
      put(path, origin, parser.getText());
    }
  }

  private static String misplaced(String path, boolean known) {
    if (known) {
      return "expected a value, not a group";
    }
    if (SettingsTable.groups().contains(path)) {
      return "expected a group of settings, each on a line of its own";
    }
    return NearestName.unknown(
        path,
        Stream.concat(SettingsTable.paths().stream(), SettingsTable.groups().stream()).toList());
  }

  private String list(String path, String origin) throws IOException {
    var items = new ArrayList<String>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      var plain = parser.currentToken().isScalarValue();
      if (plain && !parser.getText().contains(",")) {
        items.add(parser.getText());
      } else {
        parser.skipChildren();
        problems.add(new Problem(path, origin, "", "expected a list of plain items, no commas"));
      }
    }
    return String.join(",", items);
  }

  private void put(String path, String origin, String text) {
    var earlier = given.put(path, new Given(text, origin));
    if (earlier != null) {
      problems.add(new Problem(path, origin, "", "expected once; also in " + earlier.origin()));
    }
  }
}
