package dev.orchestrix.http;

import java.util.Optional;

/** Reads a body that is one JSON object, field by field, noting all that is wrong with it. */
final class ObjectReader {

  /** Reads the value of one field; what is noted meanwhile belongs to it. */
  interface Field {
    void read(String name) throws JsonFault;
  }

  private final Violations violations;
  private final JsonCursor json;
  private final FieldReader field;

  /**
   * @param depth containers that may be open at once
   */
  ObjectReader(byte[] bytes, int depth) {
    this.violations = new Violations();
    this.json = new JsonCursor(bytes, 0, bytes.length, depth, violations);
    this.field = new FieldReader(json, violations);
  }

  /** Reads the values of fields. */
  FieldReader field() {
    return field;
  }

  JsonCursor json() {
    return json;
  }

  Violations violations() {
    return violations;
  }

  /** Notes the field that is read now as one that there is not. */
  void unknown() throws JsonFault {
    violations.add(ProblemCode.UNKNOWN_FIELD, "there is no such field");
    json.skip();
  }

  /** Notes that the field of that name has to be there, unless more is known of it already. */
  void missing(String name, String detail) {
    if (!violations.concern(name)) {
      violations.at(name);
      violations.add(ProblemCode.REQUIRED, detail);
      violations.atRoot();
    }
  }

  /** Reads the members of the object that comes next in the present field. */
  void members(Field member) throws JsonFault {
    if (field.is('{', "expected an object")) {
      for (var name = json.firstName(); name != null; name = json.nextName()) {
        violations.within(name);
        member.read(name);
      }
      violations.within(null);
    }
  }

  /**
   * Reads the whole document.
   *
   * @param read reads one field
   * @param check notes what is wrong with the fields together
   * @return what is wrong with it, if anything
   */
  Optional<Problem> read(Field read, Runnable check) {
    if (json.atEnd()) {
      return Optional.of(Problem.of(ProblemCode.EMPTY_BODY, "expected a JSON object"));
    }
    try {
      document(read, check);
    } catch (JsonFault fault) {
      violations.add(fault.code(), fault.detail());
      return Optional.of(new Problem(fault.code(), fault.detail(), violations.list()));
    }
    return violations.none() ? Optional.empty() : Optional.of(Problem.of(violations.list()));
  }

  private void document(Field read, Runnable check) throws JsonFault {
    if (json.kind() == '{') {
      for (var name = json.firstName(); name != null; name = json.nextName()) {
        violations.at(name);
        read.read(name);
        violations.atRoot();
      }
      check.run();
    } else {
      violations.add(ProblemCode.WRONG_TYPE, "expected a JSON object");
      json.skip();
    }
    if (!json.atEnd()) {
      throw json.fault("expected nothing after the object");
    }
  }
}
