package dev.orchestrix.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Makes JSON texts, the same ones for the same seed, and spoils them. */
final class RandomJson {
  private static final String[] SCALARS = {
    "null",
    "true",
    "false",
    "0",
    "-0",
    "12",
    "-3.25",
    "1e3",
    "6E-7",
    "\"\"",
    "\"a\"",
    "\"ü💡\"",
    "\"\\\"\"",
    "\"\\\\\"",
    "\"\\u00e9\\n\\/\"",
    "\"\\ud83d\\ude00\"",
    "\"[{,:}]\"",
    "\"\\\\\\\"\""
  };
  private static final byte[] SPOILERS =
      "{}[],:\"\\ \n0-.eEtunl/'\0\1\u0080a".getBytes(StandardCharsets.ISO_8859_1);

  private final Random random;

  RandomJson(long seed) {
    this.random = new Random(seed);
  }

  /** A value of any kind, containers nested at most that deep. */
  String value(int depth) {
    int kind = random.nextInt(depth > 0 ? 4 : 2);
    return switch (kind) {
      case 2 -> list('[', ']', depth, false);
      case 3 -> list('{', '}', depth, true);
      default -> SCALARS[random.nextInt(SCALARS.length)];
    };
  }

  /** An array with up to ten values. */
  String array(int depth) {
    return list('[', ']', depth + 1, false);
  }

  /** The bytes with one of them changed, taken away or added. */
  byte[] spoiled(byte[] json) {
    int at = random.nextInt(json.length);
    byte spoiler = SPOILERS[random.nextInt(SPOILERS.length)];
    return switch (random.nextInt(3)) {
      case 0 -> join(json, at, new byte[] {spoiler}, at + 1);
      case 1 -> join(json, at, new byte[0], at + 1);
      default -> join(json, at, new byte[] {spoiler}, at);
    };
  }

  private String list(char open, char close, int depth, boolean named) {
    var text = new StringBuilder().append(open).append(space());
    int count = random.nextInt(named ? 12 : 6);
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : "," + space());
      text.append(named ? "\"k" + random.nextInt(60) + "\"" + space() + ":" + space() : "");
      text.append(value(depth - 1)).append(space());
    }
    return text.append(close).toString();
  }

  private String space() {
    return random.nextInt(3) == 0 ? " \n\t\r".substring(random.nextInt(4)) : "";
  }

  private static byte[] join(byte[] json, int to, byte[] middle, int from) {
    byte[] joined = Arrays.copyOf(json, to + middle.length + json.length - from);
    System.arraycopy(middle, 0, joined, to, middle.length);
    System.arraycopy(json, from, joined, to + middle.length, json.length - from);
    return joined;
  }
}
