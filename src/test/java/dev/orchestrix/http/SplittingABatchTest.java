package dev.orchestrix.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SplittingABatchTest {
  private static final int LONGEST = 200;
  private static final String TOO_LONG = "(too long)";

  /** Keeps what a splitter passes on. */
  private static final class Items extends ArrayList<String> implements ItemSink {
    private static final long serialVersionUID = 1;

    @Override
    public void item(byte[] bytes, int from, int to) {
      add(new String(bytes, from, to - from, StandardCharsets.UTF_8));
    }

    @Override
    public void tooLong() {
      add(TOO_LONG);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        " [ ] \n",
        "[1]",
        "[1,2]",
        "[ {\"a\":\"]}\\\"\"} , {} ,[[\"\\\\\"]],\"x\\\\\",true , null, -1e5 ]",
        "[{\"a\":[{\"b\":[]}]},{\"ü💡\":\"\\ud83d\\ude00,[\"}]\r\n"
      })
  void an_array_is_cut_the_same_way_wherever_its_pieces_end(String array) throws Exception {
    var expected = jacksonsItems(array);

    assertEverySplitOf(array, sink -> new ArraySplitter(sink, LONGEST), expected);
  }

  @Test
  void every_array_is_cut_as_jackson_cuts_it() throws Exception {
    for (int seed = 0; seed < 2_000; seed++) {
      var array = new RandomJson(seed).array(3);
      var expected = jacksonsItems(array);

      var items = new Items();
      feed(new ArraySplitter(items, 100_000), randomPieces(Documents.bytes(array), seed));

      assertThat(items)
          .as("seed %d: %s", seed, array)
          .map(SplittingABatchTest::compact)
          .containsExactlyElementsOf(expected);
    }
  }

  @Test
  void a_spoiled_array_is_cut_the_same_way_wherever_its_pieces_end() {
    for (int seed = 0; seed < 5_000; seed++) {
      var random = new RandomJson(seed);
      byte[] spoiled = random.spoiled(Documents.bytes(random.array(2)));

      assertThat(outcome(randomPieces(spoiled, seed)))
          .as("seed %d: %s", seed, new String(spoiled, StandardCharsets.UTF_8))
          .isEqualTo(outcome(List.of(spoiled)));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"type":"noop"}   | expected an array at byte 0         | 0
          ``                | expected a JSON array of jobs       | 0
          [                 | the array is not closed at the end  | 0
          [,1]              | expected a job or ] at byte 1       | 0
          [1,]              | expected a job at byte 3            | 1
          [1,,2]            | expected a job at byte 3            | 1
          [1 2]             | expected a comma or ] at byte 3     | 1
          [{}{}]            | expected a comma or ] at byte 3     | 1
          [{},{}            | the array is not closed at the end  | 2
          [{},{},           | the array is not closed at the end  | 2
          [{},{"a":1        | the array is not closed at the end  | 1
          [{},"abc          | the array is not closed at the end  | 1
          [{}]]             | expected nothing after the array at byte 4 | 1
          [{}] x            | expected nothing after the array at byte 5 | 1
          [{}}              | expected a comma or ] at byte 3     | 1
          [:1]              | expected a job or ] at byte 1       | 0
          """)
  void a_broken_array_gives_what_came_before_the_break(String array, String detail, int before) {
    var items = new Items();

    var fault =
        catchThrowableOfType(
            JsonFault.class,
            () -> feed(new ArraySplitter(items, LONGEST), List.of(Documents.bytes(array))));

    assertThat(fault).hasMessage(detail);
    assertThat(items).hasSize(before);
  }

  @Test
  void an_item_that_is_broken_in_itself_does_not_end_the_array() throws Exception {
    var items = new Items();

    feed(
        new ArraySplitter(items, LONGEST),
        List.of(Documents.bytes("[{\"a\" 1},{'b'},tru,12x ,{\"c\":1}]")));

    assertThat(items).containsExactly("{\"a\" 1}", "{'b'}", "tru", "12x", "{\"c\":1}");
  }

  @Test
  void an_item_that_is_too_long_is_skipped_and_counted() throws Exception {
    var exact = "\"" + "x".repeat(LONGEST - 2) + "\"";
    var array = "[1," + exact + ",[" + exact + "],2]";
    var lines = "1\n" + exact + "\n[" + exact + "]\r\n2";

    var expected = List.of("1", exact, TOO_LONG, "2");
    assertEverySplitOf(array, sink -> new ArraySplitter(sink, LONGEST), expected);
    assertEverySplitOf(lines, sink -> new LineSplitter(sink, LONGEST), expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1}\n{\"b\":2}\n",
        "{\"a\":1}\n{\"b\":2}",
        "\n\r\n  \t\n{\"a\":1}\r\n\n \n{\"b\":2}\r\n\n  "
      })
  void lines_are_items_and_blank_lines_are_none(String lines) throws Exception {
    assertEverySplitOf(
        lines, sink -> new LineSplitter(sink, LONGEST), List.of("{\"a\":1}", "{\"b\":2}"));
  }

  @Test
  void a_line_that_is_broken_in_itself_does_not_end_the_batch() throws Exception {
    assertEverySplitOf(
        "{\"a\":\n1}\n]\n{}",
        sink -> new LineSplitter(sink, LONGEST),
        List.of("{\"a\":", "1}", "]", "{}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", " \r\n\n"})
  void no_lines_are_no_items(String lines) throws Exception {
    assertEverySplitOf(lines, sink -> new LineSplitter(sink, LONGEST), List.of());
  }

  /** In one piece, in two at every place, and byte by byte. */
  private static void assertEverySplitOf(
      String text, Function<ItemSink, ItemSplitter> splitter, List<String> expected)
      throws JsonFault {
    byte[] bytes = Documents.bytes(text);
    for (int at = 0; at <= bytes.length; at++) {
      var pieces = List.of(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at, bytes.length));
      assertItems(splitter, pieces, expected);
    }
    var single = new ArrayList<byte[]>();
    for (byte b : bytes) {
      single.add(new byte[] {b});
    }
    assertItems(splitter, single, expected);
  }

  private static void assertItems(
      Function<ItemSink, ItemSplitter> splitter, List<byte[]> pieces, List<String> expected)
      throws JsonFault {
    var items = new Items();
    feed(splitter.apply(items), pieces);
    assertThat(items).map(SplittingABatchTest::compact).containsExactlyElementsOf(expected);
  }

  private static void feed(ItemSplitter splitter, List<byte[]> pieces) throws JsonFault {
    for (byte[] piece : pieces) {
      splitter.feed(piece);
    }
    splitter.end();
  }

  private static List<String> outcome(List<byte[]> pieces) {
    var items = new Items();
    try {
      feed(new ArraySplitter(items, 100_000), pieces);
    } catch (JsonFault fault) {
      items.add(fault.detail());
    }
    return items;
  }

  private static List<byte[]> randomPieces(byte[] bytes, long seed) {
    var random = new Random(seed);
    var pieces = new ArrayList<byte[]>();
    for (int at = 0; at < bytes.length; ) {
      int to = Math.min(bytes.length, at + 1 + random.nextInt(20));
      pieces.add(Arrays.copyOfRange(bytes, at, to));
      at = to;
    }
    return pieces;
  }

  private static List<String> jacksonsItems(String array) throws IOException {
    var items = new ArrayList<String>();
    new ObjectMapper().readTree(array).forEach(item -> items.add(item.toString()));
    return items;
  }

  /** Without whitespace between tokens and with escapes resolved, as Jackson prints it. */
  private static String compact(String item) {
    try {
      return new ObjectMapper().readTree(item).toString();
    } catch (IOException notJson) {
      return item.strip();
    }
  }
}
