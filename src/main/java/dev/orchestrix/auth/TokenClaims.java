package dev.orchestrix.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.orchestrix.config.Settings;
import dev.orchestrix.tenant.Tenant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** What the claims of a genuine token open. Nothing is guessed: what is missing opens nothing. */
final class TokenClaims {
  private static final String ALL_TENANTS = "*";
  private static final int LONGEST_NAME = 100;

  private final Settings.Jwt settings;

  TokenClaims(Settings.Jwt settings) {
    this.settings = settings;
  }

  /** The caller, or what the token lacks. */
  Visitor visitor(JWTClaimsSet claims) {
    var tenant = text(claims, settings.tenantClaim());
    var label = text(claims, settings.roleClaim());
    var role = label == null ? null : Role.ofLabel(label).orElse(null);
    var payloads = claims.getClaim(settings.payloadsClaim());
    if (tenant == null || !isTenant(tenant)) {
      return lacks(settings.tenantClaim(), "the id of a tenant");
    }
    if (role == null) {
      return lacks(settings.roleClaim(), "viewer, submitter, operator or admin");
    }
    if (payloads != null && !(payloads instanceof Boolean)) {
      return lacks(settings.payloadsClaim(), "true or false");
    }
    if (role == Role.ADMIN && Boolean.FALSE.equals(payloads)) {
      return lacks(settings.payloadsClaim(), "true for an admin, who can make keys that see them");
    }
    return new Caller(
        "token of " + shown(claims.getSubject()),
        tenant.equals(ALL_TENANTS) ? null : tenant,
        role,
        !Boolean.FALSE.equals(payloads),
        new RequestBucket(bucket(claims.getSubject()), null));
  }

  /** A subject may be of any length, and is nobody's business in Redis. */
  private static String bucket(String subject) {
    var hash = KeyText.sha256().digest(subject.getBytes(UTF_8));
    return "token:" + HexFormat.of().formatHex(hash, 0, 16);
  }

  private boolean isTenant(String text) {
    return text.equals(ALL_TENANTS) ? settings.allTenants() : Tenant.isId(text);
  }

  private static Visitor lacks(String claim, String expected) {
    return new Visitor.Powerless(
        "the token is genuine and opens nothing: its claim " + claim + " is not " + expected);
  }

  private static @Nullable String text(JWTClaimsSet claims, String name) {
    return claims.getClaim(name) instanceof String text ? text : null;
  }

  /** It is in logs and lists. */
  private static String shown(String subject) {
    var plain = subject.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
    return plain.length() <= LONGEST_NAME ? plain : plain.substring(0, LONGEST_NAME) + "...";
  }
}
