package dev.orchestrix.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** The Lua scripts, each a file in {@code resources/redis} that says what it does. */
public enum Script {
  ENQUEUE,
  TAKE,
  ACKNOWLEDGE,
  FLOW,
  ADMIT,
  DUE,
  ARM,
  TAKE_OVER,
  LET_GO,
  FORGET_CONSUMERS,
  DRAINED,
  LEAVE,
  COUNT,
  ROOM,
  SPEND,
  SETTLE;

  private final String text = read("/redis/" + name().toLowerCase(Locale.ROOT) + ".lua");
  private final String sha = sha1(text);

  String text() {
    return text;
  }

  /** What EVALSHA calls it. */
  String sha() {
    return sha;
  }

  private static String read(String file) {
    try (var in = Script.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its own file " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(file, broken);
    }
  }

  private static String sha1(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-1");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
