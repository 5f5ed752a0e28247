package dev.orchestrix.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.orchestrix.config.Settings;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Tells the issuer's tokens from others, by the keys it was made with. Looks at nothing else, and
 * may be used by several threads.
 */
final class TokenVerifier {
  /** Longer ones are not looked at. */
  static final int LONGEST = 8 * 1024;

  private static final Set<String> REQUIRED = Set.of("sub", "exp");

  private final TokenClaims claims;
  private final long skewMillis;
  private final @Nullable JWKSet keys;
  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

  /** What a token is. */
  sealed interface Verdict {
    /**
     * @param untilMillis when it ends, in milliseconds since the epoch
     */
    record Genuine(Visitor visitor, long untilMillis) implements Verdict {}

    /**
     * @param detail for whoever sent it
     */
    record Refused(String detail) implements Verdict {}

    /** It is signed with a key that the issuer may have made since. */
    record UnknownKey() implements Verdict {}
  }

  private TokenVerifier(
      Settings.Jwt settings,
      JWSKeySelector<SecurityContext> selector,
      @Nullable JWKSet keys,
      InstantSource clock) {
    this.claims = new TokenClaims(settings);
    this.skewMillis = settings.clockSkew().toMillis();
    this.keys = keys;
    processor.setJWSKeySelector(selector);
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    processor.setJWTClaimsSetVerifier(expected(settings, clock));
  }

  /** For tokens that are signed with the secret of the settings. */
  static TokenVerifier ofSecret(Settings.Jwt settings, InstantSource clock) {
    var algorithms = algorithms(settings);
    var key = new SecretKeySpec(settings.secret().orElseThrow().getBytes(UTF_8), "HMAC");
    return new TokenVerifier(
        settings,
        (header, _) -> algorithms.contains(header.getAlgorithm()) ? List.of(key) : List.of(),
        null,
        clock);
  }

  /**
   * For tokens that are signed with one of these keys.
   *
   * @throws IllegalArgumentException if none of them is for an algorithm of the settings
   */
  static TokenVerifier ofKeys(Settings.Jwt settings, JWKSet keys, InstantSource clock) {
    var algorithms = algorithms(settings);
    var types = algorithms.stream().map(KeyType::forAlgorithm).collect(Collectors.toSet());
    var usable =
        keys.toPublicJWKSet().getKeys().stream()
            .filter(key -> types.contains(key.getKeyType()))
            .toList();
    if (usable.isEmpty()) {
      throw new IllegalArgumentException("no public key for " + settings.algorithms());
    }
    return new TokenVerifier(
        settings,
        new JWSVerificationKeySelector<>(algorithms, new ImmutableJWKSet<>(new JWKSet(usable))),
        keys,
        clock);
  }

  /** Whether it was made with these keys. */
  boolean knows(JWKSet others) {
    return others.equals(keys);
  }

  /**
   * Looks at a token: about 0.06 ms for one of RS256, 0.45 ms for one of ES256.
   *
   * @param token as it was sent, of any length
   */
  Verdict verify(String token) {
    if (token.length() > LONGEST) {
      return new Verdict.Refused("the token is longer than " + LONGEST + " characters");
    }
    try {
      var signed = SignedJWT.parse(token);
      var id = signed.getHeader().getKeyID();
      if (keys != null && id != null && keys.getKeyByKeyId(id) == null) {
        return new Verdict.UnknownKey();
      }
      var found = processor.process(signed, null);
      return new Verdict.Genuine(
          claims.visitor(found), found.getExpirationTime().toInstant().toEpochMilli() + skewMillis);
    } catch (BadJWTException claimsUnfit) {
      return new Verdict.Refused("the token is not for here: " + claimsUnfit.getMessage());
    } catch (ParseException | BadJOSEException | JOSEException | IllegalArgumentException e) {
      // whoever forges one learns nothing more
      return new Verdict.Refused("the key or token is unknown, revoked or not valid");
    }
  }

  private static DefaultJWTClaimsVerifier<SecurityContext> expected(
      Settings.Jwt settings, InstantSource clock) {
    var exact = new JWTClaimsSet.Builder().issuer(settings.issuer()).build();
    var verifier =
        new DefaultJWTClaimsVerifier<SecurityContext>(
            Set.copyOf(settings.audience()), exact, REQUIRED, Set.of()) {
          @Override
          protected Date currentTime() {
            return Date.from(clock.instant());
          }
        };
    verifier.setMaxClockSkew((int) settings.clockSkew().toSeconds());
    return verifier;
  }

  private static Set<JWSAlgorithm> algorithms(Settings.Jwt settings) {
    return settings.algorithms().stream().map(JWSAlgorithm::parse).collect(Collectors.toSet());
  }
}
