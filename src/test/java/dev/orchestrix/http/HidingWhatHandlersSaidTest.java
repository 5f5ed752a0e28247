package dev.orchestrix.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class HidingWhatHandlersSaidTest {

  @Test
  void of_errors_only_what_the_engine_says_is_shown() {
    var errors =
        """
        [{"attempt":1,"at":"2026-01-01T12:00:00Z","category":"TIMEOUT","message":"secret",
          "stack":"secret","fingerprint":"f1"},
         {"attempt":2,"more":{"deep":["secret",{"category":"secret"}]},"category":"CRASH"}]
        """;

    assertThat(bare(errors))
        .isEqualTo(
            new JsonArray(
                """
                [{"attempt":1,"at":"2026-01-01T12:00:00Z","category":"TIMEOUT","fingerprint":"f1"},
                 {"attempt":2,"category":"CRASH"}]
                """));
  }

  @Test
  void where_there_are_none_none_are_shown() {
    assertThat(bare("[]")).isEmpty();
  }

  private static JsonArray bare(String errors) {
    var body =
        JsonBody.of(
            out -> {
              out.writeFieldName("errors");
              ErrorJson.bare(out, errors);
            });
    return new JsonObject(body).getJsonArray("errors");
  }
}
