package dev.orchestrix.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code orchestrix}, with what {@code package} has built. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LaunchingIT {
  private static final Path REPOSITORY = Path.of("").toAbsolutePath();

  @TempDir Path elsewhere;

  /** How a run has ended. */
  private record Run(int exitCode, String output) {}

  @BeforeEach
  void needsTheJar() {
    assumeTrue(Files.exists(REPOSITORY.resolve("target/orchestrix.jar")), "nothing is packaged");
  }

  @Test
  void it_starts_from_any_folder_and_through_links() throws Exception {
    var link = Files.createDirectory(elsewhere.resolve("with space")).resolve("orx");
    Files.createSymbolicLink(link, REPOSITORY.resolve("orchestrix"));
    var second = Files.createSymbolicLink(elsewhere.resolve("orx"), Path.of("with space/orx"));

    var run = run(Map.of(), second.toString(), "--version");

    assertThat(run.output()).startsWith("orchestrix ");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void a_jdk_that_is_not_there_is_named() throws Exception {
    var run =
        run(
            Map.of("ORCHESTRIX_JAVA_HOME", "/nonexistent"),
            REPOSITORY.resolve("orchestrix").toString(),
            "--version");

    assertThat(run.output()).startsWith("ORCHESTRIX_JAVA_HOME=/nonexistent is not a JDK 25");
    assertThat(run.exitCode()).isEqualTo(1);
  }

  private Run run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder(command).directory(elsewhere.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("ORCHESTRIX_"));
    builder.environment().putAll(environment);
    var process = builder.start();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Run(process.waitFor(), output);
  }
}
