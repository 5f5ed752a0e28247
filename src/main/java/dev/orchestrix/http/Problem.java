package dev.orchestrix.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Why a request was refused, as a problem document.
 *
 * @param detail what is wrong this time, in words for a person
 * @param errors everything that is wrong with the body or the parameters; empty when that says
 *     nothing
 * @param members what else a program may want to know, by name
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
record Problem(
    ProblemCode code, String detail, List<Violation> errors, Map<String, String> members) {

  /** The member that says, in seconds, when it is worth trying again. */
  static final String RETRY_AFTER = "retry_after";

  Problem(ProblemCode code, String detail, List<Violation> errors) {
    this(code, detail, errors, Map.of());
  }

  static Problem of(ProblemCode code, String detail) {
    return new Problem(code, detail, List.of());
  }

  /** The one code that all violations share, or {@code validation_failed}. */
  static Problem of(List<Violation> violations) {
    var first = violations.getFirst();
    if (violations.size() == 1) {
      return new Problem(first.code(), first.path() + ": " + first.detail(), violations);
    }
    boolean alike = violations.stream().allMatch(other -> other.code() == first.code());
    return new Problem(
        alike ? first.code() : ProblemCode.VALIDATION_FAILED,
        violations.size() + " problems, listed in errors",
        violations);
  }

  /** The same problem with one thing more that is wrong. */
  Problem and(Violation another) {
    var all = new ArrayList<>(errors);
    all.add(another);
    return code.status() == 422 ? of(all) : new Problem(code, detail, List.copyOf(all));
  }

  /** The same problem with one more member, a text. */
  Problem with(String member, String value) {
    var all = new TreeMap<>(members);
    all.put(member, value);
    return new Problem(code, detail, errors, all);
  }

  int status() {
    return code.status();
  }

  /** Writes the members of the problem document into an object that is open. */
  void writeTo(JsonGenerator out) throws IOException {
    out.writeStringField("type", "urn:orchestrix:problem:" + code.label());
    out.writeStringField("title", code.title());
    out.writeNumberField("status", code.status());
    writeCore(out);
  }

  /**
   * Writes {@code code}, {@code detail}, the other members and {@code errors} into an object that
   * is open.
   */
  void writeCore(JsonGenerator out) throws IOException {
    out.writeStringField("code", code.label());
    out.writeStringField("detail", detail);
    for (var member : members.entrySet()) {
      out.writeStringField(member.getKey(), member.getValue());
    }
    if (errors.isEmpty()) {
      return;
    }
    out.writeArrayFieldStart("errors");
    for (var error : errors) {
      out.writeStartObject();
      out.writeStringField("path", error.path());
      out.writeStringField("code", error.code().label());
      out.writeStringField("detail", error.detail());
      out.writeEndObject();
    }
    out.writeEndArray();
  }
}
