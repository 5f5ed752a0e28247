package dev.orchestrix.cli;

import dev.orchestrix.config.Settings;
import dev.orchestrix.config.SettingsException;
import dev.orchestrix.core.failure.EngineException;
import dev.orchestrix.recover.Checkup;
import dev.orchestrix.recover.Doctor;
import dev.orchestrix.recover.Invariant;
import dev.orchestrix.recover.Suspect;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.redis.Streams;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.transition.Mending;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code orchestrix doctor}: the checks of the audit, once, over everything. */
@Command(
    name = "doctor",
    description = {
      "Look for what must never be, such as jobs that nothing would run, and mend it.",
      "Nodes may run meanwhile. Ends with 0 when nothing was found, 1 when something was, 2 when it"
          + " could not look."
    },
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  private static final int NOTHING = 0;
  private static final int FOUND = 1;
  private static final int CANNOT = 2;

  /** What looks broken for so long is not on its way. */
  private static final Duration BETWEEN = Duration.ofSeconds(6);

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data folder of a running `orchestrix up`: look at its servers.")
  private @Nullable Path data;

  @Option(names = "--dry-run", description = "Only say what is found.")
  private boolean dryRun;

  @Mixin private SettingOptions options = new SettingOptions();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    try {
      return examine(settings());
    } catch (SettingsException wrong) {
      return cannot(String.valueOf(wrong.getMessage()));
    } catch (IOException missing) {
      return cannot("No node runs on " + data + ": " + missing.getMessage());
    } catch (ExecutionException failed) {
      var cause = failed.getCause() == null ? failed : failed.getCause();
      return cannot(
          cause instanceof EngineException
              ? "Could not look everywhere: " + cause.getMessage()
              : cause.toString());
    }
  }

  /** Who may call the API does not matter here. */
  private Settings settings() throws IOException {
    var loader = options.loader();
    if (data == null) {
      return loader.node(options.flags()).with("auth.mode", "none", "doctor").settings();
    }
    var servers = RunNote.in(data).read();
    return loader
        .up(options.flags())
        .with("postgres.url", servers.postgres(), "run.json")
        .with("redis.url", servers.redis(), "run.json")
        .settings();
  }

  private int examine(Settings settings) throws InterruptedException, ExecutionException {
    var vertx = Vertx.vertx();
    var postgres = Postgres.connect(vertx, settings.postgres());
    var redis = new RedisLink(vertx, settings.redis());
    try {
      var streams = new Streams(redis, redis);
      var checkup = new Checkup(postgres, streams, new Mending(postgres));
      boolean drained = await(streams.drained());
      var broken = await(new Doctor(vertx, checkup).examine(BETWEEN));
      var mended =
          dryRun || broken.isEmpty() ? Map.<Invariant, Integer>of() : await(checkup.mend(broken));
      print(broken, mended, drained);
      return broken.isEmpty() ? NOTHING : FOUND;
    } finally {
      var _ = await(Future.join(redis.close(), postgres.close()).eventually(vertx::close));
    }
  }

  private void print(List<Suspect> broken, Map<Invariant, Integer> mended, boolean drained) {
    var out = command().commandLine().getOut();
    if (!drained) {
      out.println(
          "Jobs are on the streams: whether ready jobs are lost can be told when they are empty.");
    }
    if (broken.isEmpty()) {
      out.println("Nothing is broken.");
    } else {
      out.printf("%-22s %8s %8s  %s%n", "INVARIANT", "FOUND", "MENDED", "WHAT");
      for (var invariant : Invariant.values()) {
        long found = broken.stream().filter(one -> one.invariant() == invariant).count();
        if (found > 0) {
          out.printf(
              "%-22s %8d %8d  %s%n",
              invariant.label(),
              found,
              mended.getOrDefault(invariant, 0),
              invariant.finding() + (dryRun ? "" : "; " + invariant.mended()));
        }
      }
    }
    out.flush();
  }

  private int cannot(String why) {
    var err = command().commandLine().getErr();
    err.println(why);
    err.flush();
    return CANNOT;
  }

  private CommandSpec command() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not filled it in");
    }
    return spec;
  }

  private static <T> T await(Future<T> future) throws InterruptedException, ExecutionException {
    return future.toCompletionStage().toCompletableFuture().get();
  }
}
