package dev.orchestrix.handler;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.orchestrix.execute.HandlerException;
import dev.orchestrix.execute.JobContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The fields of a job's payload. What is wrong with them is collected while they are read; {@link
 * #check} then refuses the job for good and names every problem at once. A field that is null is as
 * good as absent.
 */
final class Payload {
  private static final int NAMED_PROBLEMS = 20;

  private final JsonNode fields;
  private final Set<String> known = new HashSet<>();
  private final List<String> problems = new ArrayList<>();

  private Payload(JsonNode fields) {
    this.fields = fields;
  }

  /**
   * @throws HandlerException permanent, if the payload is not a JSON object
   */
  static Payload of(JobContext job) throws HandlerException {
    try {
      var root = Json.read(job.payload());
      if (root.isObject()) {
        return new Payload(root);
      }
      throw HandlerException.permanent("the payload must be a JSON object");
    } catch (JsonProcessingException e) {
      throw HandlerException.permanent("the payload is not JSON: " + e.getOriginalMessage());
    }
  }

  Optional<JsonNode> any(String field) {
    known.add(field);
    return Optional.ofNullable(fields.get(field)).filter(node -> !node.isNull());
  }

  Optional<String> text(String field) {
    return any(field).flatMap(node -> textOf(field, node));
  }

  Optional<String> requiredText(String field) {
    if (any(field).isEmpty()) {
      refuse(field, "is required");
    }
    return text(field);
  }

  /** The strings of an array, in order. */
  Optional<List<String>> texts(String field) {
    return any(field).flatMap(node -> textsOf(field, node));
  }

  /** The strings of an object, in order; empty if it is absent. */
  Map<String, String> textsByName(String field) {
    var texts = new LinkedHashMap<String, String>();
    var node = any(field);
    if (node.isPresent() && !node.get().isObject()) {
      refuse(field, "expected an object of strings");
    }
    node.ifPresent(
        object ->
            object.forEachEntry(
                (name, value) ->
                    textOf(field + "." + shorten(name), value)
                        .ifPresent(text -> texts.put(name, text))));
    return texts;
  }

  void refuse(String field, String why) {
    problems.add(field + ": " + why);
  }

  /**
   * Every field must have been asked for by now.
   *
   * @throws HandlerException permanent, naming all problems, if there are any
   */
  void check() throws HandlerException {
    fields
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                refuse(shorten(name), "unknown field");
              }
            });
    if (!problems.isEmpty()) {
      throw HandlerException.permanent(message());
    }
  }

  private String message() {
    var named = problems.stream().limit(NAMED_PROBLEMS).collect(Collectors.joining("; "));
    int more = problems.size() - NAMED_PROBLEMS;
    return "the payload is refused: " + named + (more > 0 ? "; and " + more + " more" : "");
  }

  private Optional<List<String>> textsOf(String field, JsonNode node) {
    if (!node.isArray()) {
      refuse(field, "expected an array of strings");
      return Optional.empty();
    }
    var texts = new ArrayList<String>();
    for (int i = 0; i < node.size(); i++) {
      textOf(field + "[" + i + "]", node.get(i)).ifPresent(texts::add);
    }
    return Optional.of(texts);
  }

  private Optional<String> textOf(String field, JsonNode node) {
    if (node.isTextual()) {
      return Optional.of(node.textValue());
    }
    refuse(field, "expected a string");
    return Optional.empty();
  }

  private static String shorten(String name) {
    return name.length() <= 60 ? name : name.substring(0, 60) + "...";
  }
}
