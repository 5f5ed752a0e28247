package dev.orchestrix.http;

import io.vertx.core.buffer.Buffer;

/** What came of reading a request's body. */
sealed interface Body {

  record Whole(Buffer bytes) implements Body {}

  record Refused(Problem problem) implements Body {}
}
