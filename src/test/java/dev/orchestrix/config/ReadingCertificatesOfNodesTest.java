package dev.orchestrix.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Certificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
@SuppressWarnings("NullAway.Init")
class ReadingCertificatesOfNodesTest {
  private static final String CERTIFICATE = "cluster.tls_certificate";
  private static final String KEY = "cluster.tls_key";
  private static final String CA = "cluster.tls_ca";
  private static final Map<String, String> ENOUGH =
      Map.of(
          "ORCHESTRIX_POSTGRES_URL", "postgresql://app:secret@db:5432/app",
          "ORCHESTRIX_REDIS_URL", "redis://cache:6379",
          "ORCHESTRIX_AUTH_MODE", "none");

  @TempDir private static Path folder;
  private static Certificate ca;

  @BeforeAll
  static void make() {
    ca = Certificate.authority(folder, "ca");
    ca.write(folder, "ca");
    ca.sign("node").write(folder, "node");
  }

  @Test
  void without_any_nodes_speak_plainly() {
    assertThat(loaded(Map.of()).settings().cluster().tls()).isEmpty();
  }

  @Test
  void three_that_fit_each_other_are_taken() {
    assertThat(loaded(Map.of()).problems()).isEmpty();
    assertThat(loaded(all()).settings().cluster().tls())
        .contains(
            new Settings.BusTls(
                folder.resolve("node.pem"), folder.resolve("node.key"), folder.resolve("ca.pem")));
  }

  @Test
  void each_of_the_three_needs_the_others() {
    assertThat(problems(Map.of(CA, file("ca.pem"))))
        .extracting(Problem::key)
        .containsExactly(CERTIFICATE, KEY);
    assertThat(problems(Map.of(CERTIFICATE, file("node.pem"), KEY, file("node.key"))))
        .singleElement()
        .hasToString(
            CA
                + ": not set; expected the name of a readable PEM file with one certificate or"
                + " more, as others of cluster.tls_* are set");
  }

  @Test
  void a_file_that_holds_something_else_is_named_with_what_was_expected() throws IOException {
    Files.writeString(
        folder.resolve("broken.pem"),
        "-----BEGIN CERTIFICATE-----\nbm90IG9uZQ==\n-----END CERTIFICATE-----\n");

    assertThat(problems(all(CERTIFICATE, file("broken.pem"))))
        .singleElement()
        .hasToString(
            CERTIFICATE
                + " = \""
                + file("broken.pem")
                + "\" (flag): expected the name of a readable PEM file with one certificate or"
                + " more");
    assertThat(problems(all(KEY, file("node.pem"))))
        .singleElement()
        .satisfies(it -> assertThat(it.key()).isEqualTo(KEY))
        .satisfies(it -> assertThat(it.expectation()).contains("private key, PKCS#8"));
    assertThat(problems(all(CA, "nothing-is-here")))
        .singleElement()
        .satisfies(it -> assertThat(it.key()).isEqualTo(CA));
  }

  @Test
  void the_key_is_that_of_the_certificate() {
    ca.sign("another").write(folder, "another");

    assertThat(problems(all(KEY, file("another.key"))))
        .singleElement()
        .isEqualTo(
            new Problem(
                KEY,
                "",
                file("another.key"),
                "expected the private key of the first certificate in cluster.tls_certificate"));
  }

  @Test
  void a_certificate_that_others_would_not_trust_is_refused() {
    var stranger = Certificate.authority(folder, "stranger");
    stranger.write(folder, "stranger");
    ca.sign("old", "-startdate", "-3d", "-validity", "1").write(folder, "old");

    assertThat(problems(all(CA, file("stranger.pem"))))
        .singleElement()
        .satisfies(it -> assertThat(it.key()).isEqualTo(CERTIFICATE))
        .satisfies(it -> assertThat(it.expectation()).contains("in cluster.tls_ca"));
    assertThat(problems(all(CERTIFICATE, file("old.pem"), KEY, file("old.key"))))
        .singleElement()
        .satisfies(it -> assertThat(it.key()).isEqualTo(CERTIFICATE))
        .satisfies(it -> assertThat(it.expectation()).contains("holds today", "validity"));
  }

  @Test
  void one_that_is_for_servers_alone_is_refused() {
    ca.sign("server", "-ext", "eku=serverAuth").write(folder, "server");
    ca.sign("both", "-ext", "eku=serverAuth,clientAuth").write(folder, "both");

    assertThat(problems(all(CERTIFICATE, file("server.pem"), KEY, file("server.key"))))
        .singleElement()
        .satisfies(it -> assertThat(it.key()).isEqualTo(CERTIFICATE))
        .satisfies(it -> assertThat(it.expectation()).contains("for servers and for clients"));
    assertThat(problems(all(CERTIFICATE, file("both.pem"), KEY, file("both.key")))).isEmpty();
  }

  private static List<Problem> problems(Map<String, String> flags) {
    return loaded(flags).problems();
  }

  private static LoadedSettings loaded(Map<String, String> flags) {
    return new SettingsLoader(ENOUGH, folder, Optional.empty()).node(flags);
  }

  private static Map<String, String> all(String... others) {
    var flags =
        new HashMap<>(
            Map.of(CERTIFICATE, file("node.pem"), KEY, file("node.key"), CA, file("ca.pem")));
    for (int i = 0; i < others.length; i += 2) {
      flags.put(others[i], others[i + 1]);
    }
    return flags;
  }

  private static String file(String name) {
    return folder.resolve(name).toString();
  }
}
