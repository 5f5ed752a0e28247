package dev.orchestrix.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * What a key looks like: {@code ox_}, 8 characters that may be shown, {@code _}, and 256 random
 * bits as 43 characters of base64url. With so much chance in it, one round of SHA-256 hides it as
 * well as a slow hash would.
 */
final class KeyText {
  static final String BEGINNING = "ox_";

  private static final int PREFIX = 8;
  private static final int SECRET_BYTES = 32;
  private static final int LENGTH = BEGINNING.length() + PREFIX + 1 + 43;
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final SecureRandom RANDOM = new SecureRandom();

  /** A new one, unlike any other. */
  static String make() {
    var text = new StringBuilder(LENGTH).append(BEGINNING);
    for (int i = 0; i < PREFIX; i++) {
      text.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
    }
    var secret = new byte[SECRET_BYTES];
    RANDOM.nextBytes(secret);
    return text.append('_')
        .append(Base64.getUrlEncoder().withoutPadding().encodeToString(secret))
        .toString();
  }

  /** Whether a text has the shape of a key. */
  static boolean shaped(String text) {
    return text.length() == LENGTH
        && text.startsWith(BEGINNING)
        && text.charAt(BEGINNING.length() + PREFIX) == '_';
  }

  /** The part that may be shown, of a text that is shaped like a key. */
  static String prefix(String text) {
    return text.substring(BEGINNING.length(), BEGINNING.length() + PREFIX);
  }

  static byte[] hash(MessageDigest sha256, String text) {
    return sha256.digest(text.getBytes(ISO_8859_1));
  }

  /** One for each thread that hashes. */
  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  private KeyText() {}
}
