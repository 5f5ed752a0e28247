package dev.orchestrix.core.job;

import java.util.Objects;

/**
 * Names a submission, so that sending it again makes no second job.
 *
 * @param key 1..255 characters, unique within the tenant for as long as keys are kept
 * @param request SHA-256 of the request, in hex: the same key with another request is refused
 */
public record Idempotency(String key, String request) {
  public Idempotency {
    Objects.requireNonNull(key);
    Objects.requireNonNull(request);
  }
}
