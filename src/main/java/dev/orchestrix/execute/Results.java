package dev.orchestrix.execute;

import dev.orchestrix.core.job.ErrorCategory;
import dev.orchestrix.core.job.Outcome;
import org.jspecify.annotations.Nullable;

/** What a handler answered, checked before it is stored and later sent as JSON. */
final class Results {
  static final int MOST_BYTES = 256 * 1024;

  /** Success, or a failure that is not tried again when the result is too large or not JSON. */
  static Outcome checked(@Nullable String result) {
    if (result == null) {
      return new Outcome.Succeeded(null);
    }
    var fault = JsonText.fault("the result", result, MOST_BYTES);
    return fault.isEmpty()
        ? new Outcome.Succeeded(result)
        : new Outcome.Failed(ErrorCategory.REJECTED, fault.get(), null, false, null);
  }

  private Results() {}
}
