package dev.orchestrix.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.orchestrix.config.Settings;
import dev.orchestrix.testkit.Issuer;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TellingTokensTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final String SECRET = "a-secret-of-more-than-32-bytes-that-nobody-guesses";
  private static final RSAKey RSA = Issuer.rsa("rsa");
  private static final ECKey EC = Issuer.ec("ec");

  private final TokenVerifier byKeys = byKeys(RSA.toPublicJWK(), EC.toPublicJWK());
  private final TokenVerifier bySecret =
      TokenVerifier.ofSecret(settings(List.of("HS256"), SECRET, false), () -> NOON);

  /** Whoever has Alice's tokens; her requests are counted by the SHA-256 of her name. */
  private static Caller alice(@Nullable String tenant, boolean payloads) {
    var bucket = new RequestBucket("token:2bd806c97f0e00af1a1fc3328fa763a9", null);
    return new Caller("token of alice", tenant, Role.SUBMITTER, payloads, bucket);
  }

  @Test
  void a_token_of_the_issuer_opens_what_its_claims_say() {
    var expected = alice("acme", true);

    assertThat(visitor(byKeys, Issuer.token(RSA, acme()))).isEqualTo(expected);
    assertThat(visitor(byKeys, Issuer.token(EC, acme()))).isEqualTo(expected);
    assertThat(visitor(bySecret, Issuer.token(JWSAlgorithm.HS256, SECRET.getBytes(UTF_8), acme())))
        .isEqualTo(expected);
  }

  @Test
  void a_token_ends_when_it_says_so_give_or_take_the_skew() {
    var ending = acme().expirationTime(Date.from(NOON.minusSeconds(29)));
    var ended = acme().expirationTime(Date.from(NOON.minusSeconds(31)));

    assertThat(byKeys.verify(Issuer.token(RSA, ending)))
        .isInstanceOfSatisfying(
            TokenVerifier.Verdict.Genuine.class,
            it -> assertThat(it.untilMillis()).isEqualTo(NOON.plusSeconds(1).toEpochMilli()));
    assertThat(refusal(Issuer.token(RSA, ended))).contains("not for here").contains("Expired");
  }

  @Test
  void a_token_opens_nothing_before_its_time() {
    var soon = acme().notBeforeTime(Date.from(NOON.plusSeconds(29)));
    var later = acme().notBeforeTime(Date.from(NOON.plusSeconds(31)));

    assertThat(visitor(byKeys, Issuer.token(RSA, soon))).isInstanceOf(Caller.class);
    assertThat(refusal(Issuer.token(RSA, later))).contains("before use time");
  }

  @Test
  void a_token_for_somebody_else_or_of_somebody_else_is_refused() {
    assertThat(refusal(Issuer.token(RSA, acme().audience("billing")))).contains("aud");
    assertThat(refusal(Issuer.token(RSA, acme().audience((String) null)))).contains("aud");
    assertThat(refusal(Issuer.token(RSA, acme().issuer("https://else.example")))).contains("iss");
    assertThat(refusal(Issuer.token(RSA, acme().issuer(null)))).contains("iss");
  }

  @Test
  void one_of_several_audiences_is_enough() {
    var both = acme().audience(List.of("billing", Issuer.AUDIENCE));

    assertThat(visitor(byKeys, Issuer.token(RSA, both))).isInstanceOf(Caller.class);
  }

  @Test
  void a_token_without_an_end_or_a_subject_is_refused() {
    assertThat(refusal(Issuer.token(RSA, acme().expirationTime(null)))).contains("exp");
    assertThat(refusal(Issuer.token(RSA, acme().subject(null)))).contains("sub");
  }

  @Test
  void a_token_that_nobody_signed_is_refused() {
    var plain = new PlainJWT(acme().build()).serialize();
    var head =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString("{\"alg\":\"none\"}".getBytes(UTF_8));
    var signed = Issuer.token(RSA, acme());

    assertThat(refusal(plain)).contains("not valid");
    assertThat(refusal(head + signed.substring(signed.indexOf('.')))).contains("not valid");
    assertThat(refusal(signed.substring(0, signed.lastIndexOf('.') + 1))).contains("not valid");
  }

  @Test
  void a_public_key_is_not_taken_for_a_secret() throws Exception {
    var asSecret = RSA.toPublicJWK().toRSAPublicKey().getEncoded();
    var forged = Issuer.token(JWSAlgorithm.HS256, asSecret, acme());
    var all = settings(List.of("RS256", "HS256"), null, false);
    var keys =
        new JWKSet(List.of(RSA.toPublicJWK(), new OctetSequenceKey.Builder(asSecret).build()));

    assertThat(refusal(forged)).contains("not valid");
    assertThat(TokenVerifier.ofKeys(all, keys, () -> NOON).verify(forged))
        .isInstanceOf(TokenVerifier.Verdict.Refused.class);
  }

  @Test
  void an_algorithm_that_is_not_listed_is_refused() {
    var header = new JWSHeader.Builder(JWSAlgorithm.PS256).keyID("rsa").build();
    var token = Issuer.token(header, Issuer.signer(RSA), acme());
    var listed = settings(List.of("PS256"), null, false);

    assertThat(refusal(token)).contains("not valid");
    assertThat(
            TokenVerifier.ofKeys(listed, new JWKSet(RSA.toPublicJWK()), () -> NOON).verify(token))
        .isInstanceOf(TokenVerifier.Verdict.Genuine.class);
    assertThat(bySecret.verify(Issuer.token(JWSAlgorithm.HS384, SECRET.getBytes(UTF_8), acme())))
        .isInstanceOf(TokenVerifier.Verdict.Refused.class);
  }

  @Test
  void a_key_that_is_not_known_is_told_from_one_that_does_not_fit() {
    var other = Issuer.rsa("other");
    var pretending = Issuer.rsa("rsa");
    var nameless = new JWSHeader(JWSAlgorithm.RS256);

    assertThat(byKeys.verify(Issuer.token(other, acme())))
        .isEqualTo(new TokenVerifier.Verdict.UnknownKey());
    assertThat(refusal(Issuer.token(pretending, acme()))).contains("not valid");
    assertThat(refusal(Issuer.token(nameless, Issuer.signer(other), acme()))).contains("not valid");
    assertThat(visitor(byKeys, Issuer.token(nameless, Issuer.signer(RSA), acme())))
        .isInstanceOf(Caller.class);
  }

  @Test
  void a_token_that_was_changed_is_refused() {
    var parts = Issuer.token(RSA, acme()).split("\\.", -1);
    var claims = new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8);
    var more = claims.replace("submitter", "admin");
    var changed = Base64.getUrlEncoder().withoutPadding().encodeToString(more.getBytes(UTF_8));

    assertThat(more).isNotEqualTo(claims);
    assertThat(refusal(parts[0] + "." + changed + "." + parts[2])).contains("not valid");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a.b.c", "eyJhbGciOiJSUzI1NiJ9.e30.", "not a token"})
  void what_is_no_token_is_refused(String text) {
    assertThat(refusal(text)).contains("not valid");
  }

  @Test
  void a_token_that_is_too_long_is_not_looked_at() {
    var token = Issuer.token(RSA, acme().claim("more", "x".repeat(TokenVerifier.LONGEST)));

    assertThat(refusal(token)).contains("longer than 8192");
  }

  @Test
  void a_token_made_for_another_use_is_refused() {
    var header =
        new JWSHeader.Builder(JWSAlgorithm.RS256).type(new JOSEObjectType("logout+jwt")).build();

    assertThat(refusal(Issuer.token(header, Issuer.signer(RSA), acme()))).contains("not valid");
  }

  @Test
  void a_header_that_has_to_be_understood_and_is_not_is_refused() {
    var header =
        new JWSHeader.Builder(JWSAlgorithm.RS256)
            .keyID("rsa")
            .criticalParams(java.util.Set.of("x-new"))
            .customParam("x-new", true)
            .build();

    assertThat(refusal(Issuer.token(header, Issuer.signer(RSA), acme()))).contains("not valid");
  }

  @ParameterizedTest
  @CsvSource({
    ",        viewer, tenant",
    "A B,     viewer, tenant",
    "*,       viewer, tenant",
    "acme,    ,       role",
    "acme,    root,   role",
    "acme,    ADMIN,  role"
  })
  void a_genuine_token_without_a_tenant_or_role_opens_nothing(
      @Nullable String tenant, @Nullable String role, String claim) {
    var claims = Issuer.claims(NOON).claim("tenant", tenant).claim("role", role);

    assertThat(visitor(byKeys, Issuer.token(RSA, claims)))
        .isInstanceOfSatisfying(
            Visitor.Powerless.class, it -> assertThat(it.detail()).contains("claim " + claim));
  }

  @Test
  void claims_of_another_kind_are_not_guessed_at() {
    var list = acme().claim("role", List.of("admin"));
    var text = acme().claim("payloads", "false");
    var number = acme().claim("tenant", 7);

    for (var claims : List.of(list, text, number)) {
      assertThat(visitor(byKeys, Issuer.token(RSA, claims))).isInstanceOf(Visitor.Powerless.class);
    }
  }

  @Test
  void payloads_are_hidden_from_whom_the_issuer_says() {
    assertThat(visitor(byKeys, Issuer.token(RSA, acme().claim("payloads", false))))
        .isEqualTo(alice("acme", false));
  }

  @Test
  void all_tenants_are_open_if_a_setting_allows_it() {
    var everywhere = settings(List.of("RS256"), null, true);
    var verifier = TokenVerifier.ofKeys(everywhere, new JWKSet(RSA.toPublicJWK()), () -> NOON);

    assertThat(visitor(verifier, Issuer.token(RSA, acme().claim("tenant", "*"))))
        .isEqualTo(alice(null, true));
  }

  @Test
  void a_set_without_a_key_that_fits_is_refused() {
    assertThatThrownBy(
            () ->
                TokenVerifier.ofKeys(
                    settings(List.of("RS256"), null, false),
                    new JWKSet(EC.toPublicJWK()),
                    () -> NOON))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("RS256");
  }

  @Test
  void a_subject_is_shown_without_what_breaks_a_line() {
    assertThat(visitor(byKeys, Issuer.token(RSA, acme().subject("al\nice" + "x".repeat(200)))))
        .isInstanceOfSatisfying(
            Caller.class,
            it -> assertThat(it.who()).startsWith("token of al?icex").hasSizeLessThan(120));
  }

  private String refusal(String token) {
    return byKeys.verify(token) instanceof TokenVerifier.Verdict.Refused(var detail)
        ? detail
        : "it was not refused";
  }

  private static Visitor visitor(TokenVerifier verifier, String token) {
    var verdict = verifier.verify(token);
    assertThat(verdict).isInstanceOf(TokenVerifier.Verdict.Genuine.class);
    return ((TokenVerifier.Verdict.Genuine) verdict).visitor();
  }

  private static JWTClaimsSet.Builder acme() {
    return Issuer.claims(NOON).claim("tenant", "acme").claim("role", "submitter");
  }

  private static TokenVerifier byKeys(com.nimbusds.jose.jwk.JWK... keys) {
    return TokenVerifier.ofKeys(
        settings(List.of("RS256", "ES256"), null, false), new JWKSet(List.of(keys)), () -> NOON);
  }

  static Settings.Jwt settings(
      List<String> algorithms, @Nullable String secret, boolean allTenants) {
    return new Settings.Jwt(
        Issuer.NAME,
        List.of(Issuer.AUDIENCE, "another"),
        algorithms,
        Optional.ofNullable(secret),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Duration.ofMinutes(5),
        Duration.ofSeconds(30),
        "tenant",
        "role",
        "payloads",
        allTenants);
  }
}
