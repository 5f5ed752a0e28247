package dev.orchestrix.http;

import java.util.Locale;

/** Every {@code code} a client can meet. The names are part of the API: never rename. */
enum ProblemCode {
  INVALID_JSON(400, "The body is not valid JSON"),
  INVALID_UTF8(400, "The body is not valid UTF-8"),
  EMPTY_BODY(400, "The body is empty"),
  TOO_DEEP(400, "The JSON is nested too deep"),
  NUL_CHARACTER(422, "A string has the character U+0000"),
  LONE_SURROGATE(422, "A string has half of a surrogate pair"),
  DUPLICATE_KEY(422, "An object has the same key twice"),
  NUMBER_TOO_LONG(422, "A number has too many characters"),

  VALIDATION_FAILED(422, "Several things are wrong with the request"),
  UNKNOWN_FIELD(422, "There is no such field"),
  REQUIRED(422, "A field is missing"),
  WRONG_TYPE(422, "A field has the wrong JSON type"),
  INVALID_VALUE(422, "A field has a value that means nothing"),
  OUT_OF_RANGE(422, "A field is outside its range"),
  TOO_LONG(422, "A field is too long"),
  CONFLICT(422, "Two fields exclude each other"),
  UNKNOWN_TENANT(422, "There is no such tenant"),
  REFUSED_DATA(422, "The database refused the data"),
  IDEMPOTENCY_MISMATCH(422, "The idempotency key was used for another request"),
  NOTHING_ACCEPTED(422, "No job of the batch was accepted"),
  INVALID_BATCH(400, "The batch cannot be read further"),

  INVALID_ID(400, "The id is not a UUID"),
  UNKNOWN_PARAMETER(400, "There is no such query parameter"),
  INVALID_PARAMETER(400, "A query parameter means nothing"),
  INVALID_REQUEST(400, "The request is not valid HTTP"),
  UNAUTHENTICATED(401, "It is not known who calls"),
  FORBIDDEN(403, "This is not open to the caller"),
  NOT_FOUND(404, "There is nothing at this path"),
  UNKNOWN_JOB(404, "There is no such job"),
  TENANT_NOT_FOUND(404, "There is no such tenant"),
  UNKNOWN_KEY(404, "There is no such key"),
  UNKNOWN_DEAD_LETTER(404, "There is no such dead letter"),
  UNKNOWN_LIMIT(404, "There is no such limit"),
  UNKNOWN_REDRIVE(404, "There is no such redrive"),
  METHOD_NOT_ALLOWED(405, "The path does not know this method"),
  TENANT_DELETING(409, "The tenant is being deleted"),
  TENANT_STAYS(409, "The tenant cannot be deleted"),
  JOB_ENDED(409, "The job has ended"),
  NOT_PAUSED(409, "It is not paused"),
  NOT_FAILED(409, "The job has not failed"),
  REDRIVE_ENDED(409, "The redrive has ended"),
  DUPLICATE_JOB(409, "There is such a job, and it is to be the only one"),
  CONCURRENCY_FULL(409, "No slot of the concurrency key is free"),
  TOO_LARGE(413, "The body, or one job of a batch, is too large"),
  URI_TOO_LONG(414, "The request line is too long"),
  PAYLOAD_QUOTA(403, "A payload is larger than the tenant may submit"),
  QUOTA_EXCEEDED(429, "The tenant has used up a quota"),
  TOO_MANY_REQUESTS(429, "There have been too many requests"),
  UNSUPPORTED_MEDIA_TYPE(415, "The content type is not understood"),
  UNSUPPORTED_ENCODING(415, "The content encoding is not understood"),
  HEADERS_TOO_LARGE(431, "The headers are too large"),
  INTERNAL(500, "Something broke in the engine"),
  OVERLOADED(503, "The node has more on its hands than it can hold"),
  UNAVAILABLE(503, "A server behind the engine does not answer");

  private final int status;
  private final String title;
  private final String label = name().toLowerCase(Locale.ROOT);

  ProblemCode(int status, String title) {
    this.status = status;
    this.title = title;
  }

  /** The HTTP status of an answer with this code. */
  int status() {
    return status;
  }

  /** The same sentence for every occurrence. */
  String title() {
    return title;
  }

  /** The name in JSON. */
  String label() {
    return label;
  }
}
