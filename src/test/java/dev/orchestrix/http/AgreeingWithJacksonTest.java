package dev.orchestrix.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AgreeingWithJacksonTest {
  private static final ObjectMapper JACKSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .disable(JsonFactory.Feature.CHARSET_DETECTION)
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  @Test
  void every_text_is_json_for_both_or_for_none() {
    int refused = 0;
    for (int seed = 0; seed < 20_000; seed++) {
      var random = new RandomJson(seed);
      byte[] json = Documents.bytes(random.value(4));
      byte[] text = seed % 4 == 0 ? json : random.spoiled(json);

      boolean ours = readable(text);

      assertThat(ours).as("seed %d: %s", seed, shown(text)).isEqualTo(readableByJackson(text));
      refused += ours ? 0 : 1;
    }
    assertThat(refused).as("texts refused by both").isBetween(5_000, 15_000);
  }

  @Test
  void every_string_is_the_same_text_for_both() throws JsonFault, IOException {
    for (int seed = 0; seed < 3_000; seed++) {
      byte[] json = Documents.bytes(new RandomJson(seed).value(0));
      try (var parser = JACKSON.getFactory().createParser(json)) {
        if (parser.nextToken() == JsonToken.VALUE_STRING) {
          var cursor = new JsonCursor(json, 0, json.length, 8, new Violations());

          assertThat(cursor.string()).as("seed %d", seed).isEqualTo(parser.getText());
        }
      }
    }
  }

  private static boolean readable(byte[] text) {
    var violations = new Violations();
    try {
      var cursor = new JsonCursor(text, 0, text.length, 8, violations);
      cursor.skip();
      return cursor.atEnd() && violations.none();
    } catch (JsonFault fault) {
      return false;
    }
  }

  private static boolean readableByJackson(byte[] text) {
    try {
      var _ = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
      return !JACKSON.readTree(text).isMissingNode() && !hasHalfPairs(text);
    } catch (JsonProcessingException | CharacterCodingException refused) {
      return false;
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** Jackson lets them pass. */
  private static boolean hasHalfPairs(byte[] text) throws IOException {
    try (var parser = JACKSON.getFactory().createParser(text)) {
      for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
        boolean isText = token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME;
        if (isText && !StandardCharsets.UTF_8.newEncoder().canEncode(parser.getText())) {
          return true;
        }
      }
      return false;
    }
  }

  private static String shown(byte[] text) {
    return new String(text, StandardCharsets.UTF_8);
  }
}
