package dev.orchestrix.cli;

import dev.orchestrix.bench.NodeTrust;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code orchestrix explain}: asks a node why a job waits. */
@Command(
    name = "explain",
    description = "Say what keeps a job from starting, and when it will start.",
    mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  @Parameters(paramLabel = "ID", description = "The job.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
  private UUID id;

  @Option(
      names = "--url",
      defaultValue = "http://127.0.0.1:8080",
      description = "A node's HTTP address (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private URI url;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description =
          "Who signs the certificate of a node with https://, as PEM; without it, whom the JVM"
              + " trusts.")
  private @Nullable Path ca;

  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description = "A file whose only line is the key to call with, where nodes want one.")
  private @Nullable Path keyFile;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    var trust = new NodeTrust(Optional.ofNullable(ca));
    var problem = trust.problem();
    return problem.isPresent() ? complain(problem.orElseThrow()) : ask(trust);
  }

  private int ask(NodeTrust trust) throws InterruptedException {
    var path = url.resolve("/api/v1/jobs/" + id + "/explain");
    try (var client =
        HttpClient.newBuilder().connectTimeout(PATIENCE).sslContext(trust.context()).build()) {
      var request = HttpRequest.newBuilder(path).timeout(PATIENCE);
      if (keyFile != null) {
        request.header("authorization", "Bearer " + Files.readString(keyFile).strip());
      }
      var answer = client.send(request.build(), BodyHandlers.ofString());
      var body = new JsonObject(answer.body());
      if (answer.statusCode() != 200) {
        return complain(body.getString("detail", answer.body()));
      }
      print(body);
      return 0;
    } catch (NoSuchFileException missing) {
      return complain("there is no file " + missing.getMessage());
    } catch (IOException | DecodeException | GeneralSecurityException failed) {
      return complain(
          NodeTrust.refusal(url, failed)
              .orElse(url + " does not answer as a node would: " + failed.getMessage()));
    }
  }

  private void print(JsonObject job) {
    var out = spec.commandLine().getOut();
    out.println("job " + job.getString("id") + " is " + job.getString("state"));
    for (var one : job.getJsonArray("blockers")) {
      var blocker = (JsonObject) one;
      out.println(
          "  "
              + blocker.getString("kind")
              + ": "
              + blocker.getString("detail")
              + part(" [", blocker.getString("reason"), "]")
              + part(", until ", blocker.getString("until"), "")
              + part(behind(blocker), blocker.getValue("ahead"), " jobs of its tenant"));
    }
    if (job.getJsonArray("blockers").isEmpty()) {
      out.println("  nothing keeps it");
    }
    out.print(part("will start about ", job.getString("estimated_start"), "\n"));
    out.flush();
  }

  private static String behind(JsonObject blocker) {
    return blocker.getBoolean("at_least", false) ? ", behind at least " : ", behind ";
  }

  private static String part(String before, @Nullable Object value, String behind) {
    return value == null ? "" : before + value + behind;
  }

  private int complain(String what) {
    var err = spec.commandLine().getErr();
    err.println(what);
    err.flush();
    return 1;
  }
}
