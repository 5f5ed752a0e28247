package dev.orchestrix.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TellingOfErrorsTest {
  private static final JsonObject FAILED =
      new JsonObject()
          .put("id", "01a21315-4e9c-7000-8000-000000000000")
          .put("state", "FAILED")
          .put("attempt", 1)
          .put("error", "HANDLER_ERROR: card 4711: refused");

  @Test
  void an_event_can_be_told_with_the_category_of_its_error_alone() {
    var event = Heard.of(FAILED).orElseThrow();

    var bare = new JsonObject(event.textWithoutMessage());

    assertThat(bare).isEqualTo(FAILED.copy().put("error", "HANDLER_ERROR"));
    assertThat(new JsonObject(event.text())).as("what others hear").isEqualTo(FAILED);
  }

  @Test
  void one_without_an_error_is_the_same() {
    var event = Heard.of(FAILED.copy().putNull("error")).orElseThrow();

    assertThat(event.textWithoutMessage()).isEqualTo(event.text());
  }
}
