package dev.orchestrix.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Certificate;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ReadingSettingsOfTokensTest {
  private static final String SECRET = "hunter2-hunter2-hunter2-hunter2-hunter2";
  private static final Map<String, String> ENOUGH =
      Map.of(
          "ORCHESTRIX_POSTGRES_URL", "postgresql://app:secret@db:5432/app",
          "ORCHESTRIX_REDIS_URL", "redis://cache:6379",
          "ORCHESTRIX_AUTH_MODE", "jwt");

  @TempDir private Path home;

  @Test
  void who_makes_tokens_for_whom_and_how_they_are_signed_has_to_be_said() {
    assertThat(problems(Map.of()))
        .extracting(Problem::key)
        .containsExactly("jwt.issuer", "jwt.audience", "jwt.jwks_url");
  }

  @Test
  void nothing_has_to_be_said_where_there_are_no_tokens() {
    var loaded = loaded(Map.of("auth.mode", "keys", "jwt.algorithms", "HS256"));

    assertThat(loaded.problems()).isEmpty();
    assertThat(loaded.settings().auth().jwt()).isEmpty();
  }

  @Test
  void keys_at_a_url_are_for_rsa_and_elliptic_curves() {
    var jwt = loaded(with("jwt.jwks_url", "https://issuer/keys")).settings().auth().jwt();

    assertThat(jwt.orElseThrow().jwksUrl()).contains(URI.create("https://issuer/keys"));
    assertThat(jwt.orElseThrow().algorithms()).containsExactly("RS256", "ES256");
    assertThat(jwt.orElseThrow().allTenants()).isFalse();
  }

  @Test
  void a_secret_is_for_hs256_and_is_not_shown() throws IOException {
    var file = Files.writeString(home.resolve("secret"), SECRET + "\n");
    var loaded =
        new SettingsLoader(
                merged(ENOUGH, Map.of("ORCHESTRIX_JWT_SECRET_FILE", file.toString())),
                home,
                Optional.empty())
            .node(with());

    var jwt = loaded.settings().auth().jwt().orElseThrow();
    assertThat(jwt.secret()).contains(SECRET);
    assertThat(jwt.algorithms()).containsExactly("HS256");
    assertThat(loaded.effective()).noneMatch(it -> it.value().contains("hunter2"));
  }

  @Test
  void of_secret_file_and_url_there_is_one() throws IOException {
    var file = Files.writeString(home.resolve("keys"), "{}").toString();
    var all =
        with("jwt.secret", SECRET, "jwt.jwks_file", file, "jwt.jwks_url", "https://issuer/keys");

    assertThat(problems(all))
        .extracting(Problem::key)
        .containsExactly("jwt.jwks_file", "jwt.jwks_url");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          jwt.secret     | hunter2-hunter2            | at least 32 bytes
          jwt.jwks_url   | http://issuer.example/keys | an https:// URL, or http:// to loopback
          jwt.jwks_url   | https://a:hunter2@b/keys   | an https:// URL
          jwt.jwks_url   | ftp://issuer/keys          | an https:// URL
          jwt.jwks_file  | nothing-is-here            | the name of a readable file
          """)
  void a_source_of_keys_that_does_not_fit_is_the_one_problem(
      String path, String value, String expectation) {
    assertThat(problems(with(path, value)))
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.key()).isEqualTo(path);
              assertThat(it.expectation()).contains(expectation);
            });
  }

  @Test
  void a_ca_is_for_keys_that_are_read_by_https() {
    Certificate.authority(home, "ca").write(home, "ca");
    var ca = home.resolve("ca.pem").toString();

    var loaded = loaded(with("jwt.jwks_url", "https://issuer/keys", "jwt.jwks_ca", ca));
    assertThat(loaded.settings().auth().jwt().orElseThrow().jwksCa()).contains(Path.of(ca));
    for (var source :
        Map.of("jwt.jwks_url", "http://127.0.0.1/keys", "jwt.secret", SECRET).entrySet()) {
      assertThat(problems(with(source.getKey(), source.getValue(), "jwt.jwks_ca", ca)))
          .extracting(Problem::toString)
          .containsExactly("jwt.jwks_ca: expected only with an https:// jwt.jwks_url");
    }
  }

  @ParameterizedTest
  @CsvSource({"none", "HS1", "RS257", "EdDSA", "rs256"})
  void an_algorithm_that_nobody_should_use_is_refused(String algorithm) {
    assertThat(problems(with("jwt.jwks_url", "https://i/k", "jwt.algorithms", algorithm)))
        .extracting(Problem::key)
        .containsExactly("jwt.algorithms");
  }

  @Test
  void a_secret_is_not_for_public_keys_and_a_public_key_is_no_secret() {
    assertThat(problems(with("jwt.secret", SECRET, "jwt.algorithms", "HS256,RS256")))
        .containsExactly(
            new Problem("jwt.algorithms", "", "RS256", "expected HS..., as jwt.secret is set"));
    assertThat(problems(with("jwt.jwks_url", "https://i/k", "jwt.algorithms", "RS256,HS256")))
        .containsExactly(new Problem("jwt.algorithms", "", "HS256", "expected jwt.secret for it"));
  }

  @Test
  void a_secret_is_as_long_as_the_hash() {
    assertThat(problems(with("jwt.secret", SECRET, "jwt.algorithms", "HS512")))
        .containsExactly(new Problem("jwt.secret", "", "", "expected at least 64 bytes for HS512"));
  }

  private List<Problem> problems(Map<String, String> flags) {
    return loaded(flags).problems();
  }

  private LoadedSettings loaded(Map<String, String> flags) {
    return new SettingsLoader(ENOUGH, home, Optional.empty()).node(flags);
  }

  private static Map<String, String> with(String... more) {
    var flags = new HashMap<>(Map.of("jwt.issuer", "https://issuer", "jwt.audience", "us,them"));
    for (int i = 0; i < more.length; i += 2) {
      flags.put(more[i], more[i + 1]);
    }
    return flags;
  }

  private static Map<String, String> merged(Map<String, String> some, Map<String, String> more) {
    var all = new HashMap<>(some);
    all.putAll(more);
    return all;
  }
}
