package dev.orchestrix.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Certificate;
import dev.orchestrix.testkit.Child;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
@SuppressWarnings("NullAway.Init")
class RefusingToStartIT {
  @TempDir private Path folder;

  @Test
  void a_node_of_which_nobody_has_decided_who_may_call_it_says_all_that_it_lacks_at_once() {
    try (var node = Child.start(Map.of("ORCHESTRIX_HTTP_PORT", "http"), "node")) {
      assertThat(node.exitCode()).as("wrong settings").isEqualTo(2);
      assertThat(String.join("\n", node.lines()))
          .startsWith("4 problems in the settings:")
          .contains("auth.mode: not set")
          .contains("ORCHESTRIX_AUTH_MODE")
          .contains("postgres.url: not set")
          .contains("redis.url: not set")
          .contains("http.port");
    }
  }

  @Test
  void a_node_whose_files_for_tls_do_not_fit_says_which_before_it_joins_anything() {
    var ca = Certificate.authority(folder, "ca");
    ca.write(folder, "ca");
    ca.sign("one").write(folder, "one");
    ca.sign("two").write(folder, "two");
    var environment =
        Map.of(
            "ORCHESTRIX_AUTH_MODE",
            "none",
            "ORCHESTRIX_POSTGRES_URL",
            "postgresql://a:b@127.0.0.1:1/nowhere",
            "ORCHESTRIX_REDIS_URL",
            "redis://127.0.0.1:1",
            "ORCHESTRIX_CLUSTER_TLS_CERTIFICATE",
            folder.resolve("one.pem").toString(),
            "ORCHESTRIX_CLUSTER_TLS_KEY",
            folder.resolve("two.key").toString(),
            "ORCHESTRIX_CLUSTER_TLS_CA",
            folder.resolve("ca.pem").toString());

    try (var node = Child.start(environment, "node")) {
      assertThat(node.exitCode()).as("wrong settings").isEqualTo(2);
      assertThat(String.join("\n", node.lines()))
          .contains("cluster.tls_key", "two.key", "expected the private key of the first");
    }
  }
}
