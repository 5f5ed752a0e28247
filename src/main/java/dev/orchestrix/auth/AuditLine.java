package dev.orchestrix.auth;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who has changed what. No secret is in it, and nothing that jobs are given or give back.
 *
 * @param at by the clock of Postgres, or null before it was written
 * @param who as {@link Caller#who()}, or {@code cli} and a user
 * @param address where the call came from, or null for no call
 * @param action the stable name of the call
 * @param tenant whose it is, or null for nobody's in particular
 * @param thing the id or name of what was changed, or null if it has none
 * @param status what was answered, or null while that is not known
 * @param before JSON, or null for nothing
 * @param after JSON, or null for nothing
 */
public record AuditLine(
    UUID id,
    @Nullable Instant at,
    String who,
    @Nullable String address,
    String action,
    @Nullable String tenant,
    @Nullable String thing,
    @Nullable Integer status,
    @Nullable String before,
    @Nullable String after,
    @Nullable String trace) {

  private static final int LONGEST_JSON = 8_192;
  private static final String TOO_LONG = "{\"too_long\":true}";

  /** The same with what became of it; JSON that is longer than 8 KiB is left out. */
  public AuditLine ended(
      @Nullable String tenant,
      @Nullable String thing,
      @Nullable Integer status,
      @Nullable String before,
      @Nullable String after) {
    return new AuditLine(
        id,
        at,
        who,
        address,
        action,
        tenant,
        thing,
        status,
        bounded(before),
        bounded(after),
        trace);
  }

  private static @Nullable String bounded(@Nullable String json) {
    return json != null && json.length() > LONGEST_JSON ? TOO_LONG : json;
  }
}
