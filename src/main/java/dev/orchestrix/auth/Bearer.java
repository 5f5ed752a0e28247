package dev.orchestrix.auth;

import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells from the header {@code Authorization} who calls. Belongs to one thread. A key is looked for
 * in memory, in well below a microsecond; what does not fit is compared to the end, so that the
 * time it takes says nothing about how much of it was right. A token is verified once.
 */
public final class Bearer {
  private static final String SCHEME = "Bearer ";
  private static final Visitor NOTHING =
      new Visitor.Stranger(false, "send a key in the header Authorization: Bearer ox_...");
  private static final Visitor NOTHING_KNOWN =
      new Visitor.Stranger(true, "the key or token is unknown, revoked or not valid");

  private static final Visitor UNKNOWN_KEY =
      new Visitor.Stranger(true, "the token is signed with a key that its issuer does not publish");
  private static final Visitor UNDECIDED =
      new Visitor.Undecided("the keys of the tokens' issuer cannot be read");

  private final Keys keys;
  private final Optional<Tokens> tokens;
  private final VerifiedTokens verified = new VerifiedTokens();
  private final MessageDigest sha256 = KeyText.sha256();
  private final byte @Nullable [] admin;
  private final Caller administrator = new Caller("the admin key", null, Role.ADMIN, true);

  public Bearer(Access access) {
    this.keys = access.keys();
    this.tokens = access.tokens();
    this.admin = keys.adminKey().map(text -> KeyText.hash(sha256, text)).orElse(null);
  }

  /**
   * Whoever calls.
   *
   * @param header the value of {@code Authorization}, or null
   */
  public Visitor visitor(@Nullable String header) {
    if (header == null) {
      return NOTHING;
    }
    if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return NOTHING_KNOWN;
    }
    var text = header.substring(SCHEME.length()).strip();
    var hash = KeyText.hash(sha256, text);
    if (admin != null && MessageDigest.isEqual(admin, hash)) {
      return administrator;
    }
    if (KeyText.shaped(text)) {
      return known(text, hash);
    }
    return tokens.isPresent() ? token(tokens.get(), text, hash) : NOTHING_KNOWN;
  }

  private Visitor known(String text, byte[] hash) {
    long now = System.currentTimeMillis();
    var found = keys.find(KeyText.prefix(text));
    if (found == null
        || !MessageDigest.isEqual(found.stored().hash().getBytes(), hash)
        || !found.stored().key().opensAt(now)) {
      return NOTHING_KNOWN;
    }
    keys.used(found, now);
    return found.caller();
  }

  private Visitor token(Tokens issuer, String text, byte[] hash) {
    var verifier = issuer.current();
    if (verifier == null) {
      return later(issuer, UNDECIDED);
    }
    var seen = verified.find(hash, verifier, System.currentTimeMillis());
    if (seen != null) {
      return seen;
    }
    return switch (verifier.verify(text)) {
      case TokenVerifier.Verdict.Genuine genuine -> {
        verified.keep(hash, verifier, genuine);
        yield genuine.visitor();
      }
      case TokenVerifier.Verdict.Refused(var detail) -> new Visitor.Stranger(true, detail);
      case TokenVerifier.Verdict.UnknownKey _ -> later(issuer, UNKNOWN_KEY);
    };
  }

  private static Visitor later(Tokens issuer, Visitor otherwise) {
    return issuer.ask().<Visitor>map(Visitor.Later::new).orElse(otherwise);
  }
}
