package dev.orchestrix.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RememberingTokensTest {
  private static final Caller ALICE = new Caller("token of alice", "acme", Role.VIEWER, true);

  private final VerifiedTokens tokens = new VerifiedTokens();
  private final TokenVerifier now = verifier();

  @Test
  void a_token_is_known_until_it_ends() {
    tokens.keep(hash("one"), now, new TokenVerifier.Verdict.Genuine(ALICE, 1_000));

    assertThat(tokens.find(hash("one"), now, 999)).isEqualTo(ALICE);
    assertThat(tokens.find(hash("other"), now, 999)).isNull();
    assertThat(tokens.find(hash("one"), now, 1_000)).isNull();
    assertThat(tokens.find(hash("one"), now, 999)).isNull();
  }

  @Test
  void a_token_is_looked_at_again_when_the_keys_have_changed() {
    tokens.keep(hash("one"), now, new TokenVerifier.Verdict.Genuine(ALICE, 1_000));

    assertThat(tokens.find(hash("one"), verifier(), 0)).isNull();
  }

  @Test
  void only_so_many_are_kept_and_those_used_last() {
    for (int i = 0; i <= 10_000; i++) {
      tokens.keep(hash("" + i), now, new TokenVerifier.Verdict.Genuine(ALICE, 1_000));
      assertThat(tokens.find(hash("0"), now, 0)).isEqualTo(ALICE);
    }

    assertThat(tokens.find(hash("1"), now, 0)).isNull();
    assertThat(tokens.find(hash("2"), now, 0)).isEqualTo(ALICE);
  }

  private static TokenVerifier verifier() {
    return TokenVerifier.ofSecret(
        TellingTokensTest.settings(List.of("HS256"), "s".repeat(32), false),
        java.time.InstantSource.system());
  }

  private static byte[] hash(String text) {
    return KeyText.sha256().digest(text.getBytes(UTF_8));
  }
}
