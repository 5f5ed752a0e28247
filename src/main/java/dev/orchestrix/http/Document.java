package dev.orchestrix.http;

import java.util.Optional;

/** Reads one small JSON object, noting everything that is wrong with it. */
final class Document {

  /** Reads the value of one field, which violations know already; false if there is no such. */
  interface Fields {
    boolean read(String name) throws JsonFault;
  }

  final JsonCursor json;
  final Violations violations = new Violations();
  final FieldReader field;

  /**
   * @param deepest objects and arrays that may be open at once
   */
  Document(byte[] bytes, int deepest) {
    this.json = new JsonCursor(bytes, 0, bytes.length, deepest, violations);
    this.field = new FieldReader(json, violations);
  }

  /**
   * Reads the whole of it.
   *
   * @param check notes what is wrong with the fields together
   * @return what is wrong, if anything
   */
  Optional<Problem> read(Fields fields, Runnable check) {
    if (json.atEnd()) {
      return Optional.of(Problem.of(ProblemCode.EMPTY_BODY, "expected a JSON object"));
    }
    try {
      if (field.is('{', "expected an object")) {
        for (var name = json.firstName(); name != null; name = json.nextName()) {
          violations.at(name);
          readOne(name, fields);
          violations.atRoot();
        }
      }
      if (!json.atEnd()) {
        throw json.fault("expected nothing after the object");
      }
    } catch (JsonFault fault) {
      violations.add(fault.code(), fault.detail());
      return Optional.of(new Problem(fault.code(), fault.detail(), violations.list()));
    }
    check.run();
    return violations.none() ? Optional.empty() : Optional.of(Problem.of(violations.list()));
  }

  /** Reads the members of the present field, which is to be an object; whether it is one. */
  boolean members(Fields fields) throws JsonFault {
    if (!field.is('{', "expected an object")) {
      return false;
    }
    for (var name = json.firstName(); name != null; name = json.nextName()) {
      violations.within(name);
      readOne(name, fields);
    }
    violations.within(null);
    return true;
  }

  private void readOne(String name, Fields fields) throws JsonFault {
    if (!fields.read(name)) {
      violations.add(ProblemCode.UNKNOWN_FIELD, "there is no such field");
      json.skip();
    }
  }
}
