package dev.orchestrix.tenant;

import dev.orchestrix.core.limit.LimitKind;
import dev.orchestrix.core.limit.RateLimit;
import dev.orchestrix.core.limit.Strategy;
import org.jspecify.annotations.Nullable;

/**
 * A limit of a type, a rate key or a concurrency key.
 *
 * @param tenant whose it is; empty for a type, whose limits are for all tenants together
 * @param name the type or key; for keys also {@code group:*}, which is the limit of each key that
 *     begins with {@code group:} and has none of its own, or {@code *} for each of all others
 * @param rate how many jobs may start, or null for as many as there are
 * @param running how many may run at once, or null for as many as there are
 */
public record Limit(
    LimitKind kind,
    String tenant,
    String name,
    @Nullable RateLimit rate,
    @Nullable Integer running,
    Strategy strategy) {

  /** The longest name of a limit, and of a key. */
  public static final int LONGEST_NAME = 200;

  /** A name that stands for all others. */
  static final String ANY = "*";

  /** The name of the limit for each key of the same group: {@code user:*} for {@code user:42}. */
  static String group(String key) {
    int colon = key.indexOf(':');
    return colon < 0 ? ANY : key.substring(0, colon + 1) + ANY;
  }
}
