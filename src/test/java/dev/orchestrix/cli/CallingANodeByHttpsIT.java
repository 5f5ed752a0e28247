package dev.orchestrix.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.node.Node;
import dev.orchestrix.testkit.Certificate;
import dev.orchestrix.testkit.Site;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
@SuppressWarnings("NullAway.Init")
class CallingANodeByHttpsIT {
  private static final String[] SOME_SUBMISSIONS = {
    "bench", "submit", "--seconds", "1", "--connections", "2", "--rounds", "1", "--warm-up", "0"
  };

  @TempDir private static Path folder;
  private static Site site;
  private static Node node;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void start() {
    var ca = Certificate.authority(folder, "ca");
    ca.write(folder, "ca");
    ca.sign("node").write(folder, "node");
    Certificate.authority(folder, "other").write(folder, "other");
    site = Site.open();
    node =
        site.node(
            Map.of(
                "http.tls_certificate", file("node.pem"),
                "http.tls_key", file("node.key")));
  }

  @AfterAll
  static void stop() {
    site.close();
  }

  @Test
  void a_bench_loads_a_node_whose_ca_it_is_told() {
    assertThat(run(SOME_SUBMISSIONS, "--url", url(), "--ca", file("ca.pem")))
        .as(out + "\n" + err)
        .isZero();
    assertThat(site.jobs("state = 'SUCCEEDED'")).isPositive();
  }

  @Test
  void a_bench_says_what_to_do_about_a_certificate_that_it_does_not_trust() {
    assertThat(run(SOME_SUBMISSIONS, "--url", url())).isEqualTo(1);
    assertThat(run(SOME_SUBMISSIONS, "--url", url(), "--ca", file("other.pem"))).isEqualTo(1);

    assertThat(run(SOME_SUBMISSIONS, "--url", elsewhere(), "--ca", file("ca.pem"))).isEqualTo(1);

    assertThat(out.toString().split("is not trusted", -1)).hasSize(4);
    assertThat(out.toString()).contains(url(), "--ca FILE");
  }

  @Test
  void a_bench_refuses_a_file_without_certificates_and_one_that_it_would_not_use() {
    assertThat(run(SOME_SUBMISSIONS, "--url", url(), "--ca", file("node.key"))).isEqualTo(2);
    assertThat(run(SOME_SUBMISSIONS, "--url", "http://127.0.0.1:1", "--ca", file("ca.pem")))
        .isEqualTo(2);

    assertThat(err.toString())
        .contains("--ca: expected a readable PEM file with certificates")
        .contains("--ca: expected with https:// in --url");
  }

  @Test
  void a_job_is_explained_by_https() {
    var job = UUID.randomUUID().toString();

    assertThat(run(new String[] {"explain", job}, "--url", url(), "--ca", file("ca.pem")))
        .isEqualTo(1);
    assertThat(err.toString()).as("the node has answered").contains(job).doesNotContain("trusted");
  }

  @Test
  void nothing_is_explained_by_a_node_that_is_not_trusted() {
    var job = UUID.randomUUID().toString();

    assertThat(run(new String[] {"explain", job}, "--url", url())).isEqualTo(1);
    assertThat(run(new String[] {"explain", job}, "--url", url(), "--ca", file("other.pem")))
        .isEqualTo(1);
    assertThat(run(new String[] {"explain", job}, "--url", elsewhere(), "--ca", file("ca.pem")))
        .isEqualTo(1);
    assertThat(run(new String[] {"explain", job}, "--url", url(), "--ca", "nothing-is-here"))
        .isEqualTo(1);

    assertThat(err.toString().split("is not trusted", -1)).hasSize(4);
    assertThat(err.toString()).contains("--ca FILE", "--ca: expected a readable PEM file");
  }

  private int run(String[] command, String... more) {
    var all = new String[command.length + more.length];
    System.arraycopy(command, 0, all, 0, command.length);
    System.arraycopy(more, 0, all, command.length, more.length);
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all);
  }

  private static String url() {
    return "https://127.0.0.1:" + node.httpPort();
  }

  /** The same node by a name that its certificate is not for. */
  private static String elsewhere() {
    return "https://localhost:" + node.httpPort();
  }

  private static String file(String name) {
    return folder.resolve(name).toString();
  }
}
