package dev.orchestrix.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.job.ErrorCategory;
import dev.orchestrix.core.job.Fingerprint;
import dev.orchestrix.core.job.Outcome;
import io.vertx.core.json.JsonArray;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class KeepingErrorsTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void an_error_says_when_why_and_what_its_cause_is_known_by() {
    var errors = new JsonArray(with(null, 1, "no order 17", "E: no\n\tat a.B.c(B.java:1)"));

    var error = errors.getJsonObject(0);
    assertThat(error.fieldNames())
        .containsExactly("attempt", "at", "category", "message", "stack", "fingerprint");
    assertThat(error.getString("at")).isEqualTo("2026-01-01T12:00:00Z");
    assertThat(error.getString("fingerprint"))
        .isEqualTo(
            Fingerprint.of(
                    "mail",
                    ErrorCategory.HANDLER_ERROR,
                    "no order 18",
                    "E: no\n\tat a.B.c(B.java:2)")
                .text());
  }

  @Test
  void the_newest_twenty_are_kept_in_order() {
    String errors = null;
    for (int attempt = 1; attempt <= 25; attempt++) {
      errors = with(errors, attempt, "no", null);
    }

    var kept = new JsonArray(errors);
    assertThat(kept).hasSize(20);
    assertThat(kept.getJsonObject(0).getInteger("attempt")).isEqualTo(6);
    assertThat(kept.getJsonObject(19).getInteger("attempt")).isEqualTo(25);
  }

  @Test
  void a_message_and_a_stack_without_end_are_cut() {
    var error =
        new JsonArray(with(null, 1, "m".repeat(1_000_000), "s".repeat(1_000_000))).getJsonObject(0);

    assertThat(error.getString("message")).hasSize(2000).endsWith("…");
    assertThat(error.getString("stack")).hasSize(4000).endsWith("…");
  }

  private static String with(
      @Nullable String before, int attempt, String message, @Nullable String stack) {
    var failed = new Outcome.Failed(ErrorCategory.HANDLER_ERROR, message, stack, true, null);
    return AttemptErrors.with(before, attempt, "mail", NOON, failed);
  }
}
