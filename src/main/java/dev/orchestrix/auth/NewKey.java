package dev.orchestrix.auth;

import dev.orchestrix.core.limit.RateLimit;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A key to be made.
 *
 * @param tenant whose jobs it is for, or null for those of all tenants
 * @param name 1..100 characters
 * @param expiresIn how long it opens anything, or null for ever
 * @param requests how many requests it may make, or null for as many as the settings say
 */
public record NewKey(
    @Nullable String tenant,
    Role role,
    String name,
    boolean payloads,
    @Nullable Duration expiresIn,
    @Nullable RateLimit requests) {

  /** The longest name, in characters. */
  public static final int LONGEST_NAME = 100;

  /** Whether a key may have that name: 1 to 100 characters, none of them a control character. */
  public static boolean isName(String text) {
    return !text.isEmpty()
        && text.codePointCount(0, text.length()) <= LONGEST_NAME
        && text.chars().noneMatch(Character::isISOControl);
  }

  /** The longest life that a key can have, unless it has no end. */
  public static final Duration LONGEST_LIFE = Duration.ofDays(3_650);
}
