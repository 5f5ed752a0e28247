package dev.orchestrix.auth;

import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells from the header {@code Authorization} who calls. Belongs to one thread. Looks at memory
 * only, in well below a microsecond; what does not fit is compared to the end, so that the time it
 * takes says nothing about how much of it was right.
 */
public final class Bearer {
  private static final String SCHEME = "Bearer ";

  private final Keys keys;
  private final MessageDigest sha256 = KeyText.sha256();
  private final byte @Nullable [] admin;
  private final Caller administrator = new Caller("the admin key", null, Role.ADMIN, true);

  public Bearer(Keys keys) {
    this.keys = keys;
    this.admin = keys.adminKey().map(text -> KeyText.hash(sha256, text)).orElse(null);
  }

  /**
   * Whoever calls; null when the key is missing, unknown, revoked or over.
   *
   * @param header the value of {@code Authorization}, or null
   */
  public @Nullable Caller caller(@Nullable String header) {
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return null;
    }
    var text = header.substring(SCHEME.length()).strip();
    var hash = KeyText.hash(sha256, text);
    if (admin != null && MessageDigest.isEqual(admin, hash)) {
      return administrator;
    }
    return KeyText.shaped(text) ? known(text, hash).orElse(null) : null;
  }

  private Optional<Caller> known(String text, byte[] hash) {
    long now = System.currentTimeMillis();
    var found = keys.find(KeyText.prefix(text));
    if (found == null
        || !MessageDigest.isEqual(found.stored().hash().getBytes(), hash)
        || !found.stored().key().opensAt(now)) {
      return Optional.empty();
    }
    keys.used(found, now);
    return Optional.of(found.caller());
  }
}
