package dev.orchestrix.http;

/** A JSON text cannot be read further. Never leaves the reader that it stopped. */
final class JsonFault extends Exception {
  private static final long serialVersionUID = 1;

  private final ProblemCode code;

  JsonFault(ProblemCode code, String detail) {
    super(detail, null, false, false);
    this.code = code;
  }

  ProblemCode code() {
    return code;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
