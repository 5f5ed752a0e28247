package dev.orchestrix.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Certificate;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
@SuppressWarnings("NullAway.Init")
class ReadingUrlsWithTlsTest {
  private static final String POSTGRES = "postgresql://app:hunter2@db:5432/app";

  @TempDir private static Path folder;

  @BeforeAll
  static void make() {
    Certificate.authority(folder, "ca").write(folder, "ca");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "?sslmode=disable",
        "?sslmode=require",
        "?sslmode=verify-ca&sslrootcert=CA",
        "?sslrootcert=CA&sslmode=verify-full"
      })
  void what_libpq_would_understand_is_understood(String query) {
    assertThat(postgres(query)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ?sslmode=full                        | expected sslmode to be one of disable, allow
          ?sslmode=verify-full                 | expected sslrootcert=FILE with sslmode=verify-full
          ?sslrootcert=CA                      | expected sslmode=verify-ca or verify-full
          ?sslmode=require&sslrootcert=CA      | expected sslmode=verify-ca or verify-full
          ?sslmode=verify-ca&sslrootcert=gone  | expected sslrootcert to be the name of a readable
          ?sslmode=require&sslkey=CA           | no more than sslmode and sslrootcert, not sslkey
          """)
  void what_would_not_be_kept_is_refused_without_showing_the_password(
      String query, String expectation) {
    assertThat(postgres(query))
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.key()).isEqualTo("postgres.url");
              assertThat(it.expectation()).contains(expectation);
              assertThat(it.toString()).doesNotContain("hunter2");
            });
  }

  @Test
  void what_a_url_says_of_tls_is_taken_apart() {
    var url = URI.create(POSTGRES + "?a=b&sslmode=verify-full&sslrootcert=/etc/a%20b&c=d");

    assertThat(PostgresTls.of(url))
        .isEqualTo(new PostgresTls("verify-full", Optional.of(Path.of("/etc/a b"))));
    assertThat(PostgresTls.without(url)).isEqualTo(POSTGRES + "?a=b&c=d");
    assertThat(PostgresTls.of(URI.create(POSTGRES)))
        .isEqualTo(new PostgresTls("disable", Optional.empty()));
  }

  @Test
  void only_verify_full_holds_the_name_against_the_certificate() {
    assertThat(PostgresTls.MODES)
        .filteredOn(mode -> new PostgresTls(mode, Optional.empty()).verifies())
        .containsExactly("verify-ca", "verify-full");
    assertThat(PostgresTls.MODES)
        .filteredOn(mode -> new PostgresTls(mode, Optional.empty()).verifiesName())
        .containsExactly("verify-full");
  }

  @Test
  void a_ca_for_redis_is_for_redis_with_tls() {
    var ca = folder.resolve("ca.pem").toString();

    assertThat(problems(POSTGRES, "rediss://cache:6379", Map.of("redis.tls_ca", ca))).isEmpty();
    assertThat(problems(POSTGRES, "redis://cache:6379", Map.of("redis.tls_ca", ca)))
        .extracting(Problem::toString)
        .containsExactly("redis.tls_ca: expected only with rediss:// in redis.url");
  }

  private static List<Problem> postgres(String query) {
    var url = POSTGRES + query.replace("CA", folder.resolve("ca.pem").toString());
    return problems(url, "redis://cache:6379", Map.of());
  }

  private static List<Problem> problems(String postgres, String redis, Map<String, String> flags) {
    var environment =
        Map.of(
            "ORCHESTRIX_POSTGRES_URL", postgres,
            "ORCHESTRIX_REDIS_URL", redis,
            "ORCHESTRIX_AUTH_MODE", "none");
    return new SettingsLoader(environment, folder, Optional.empty()).node(flags).problems();
  }
}
