package dev.orchestrix.embedded;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which Redis runs on this machine: not every one does that was made for its kind. */
final class RedisPrograms {
  /** As in "Redis server v=6.2.11 sha=...". */
  private static final Pattern VERSION = Pattern.compile("\\bv=(\\d{1,4})\\.(\\d{1,4})");

  private final Machine machine;

  RedisPrograms(Machine machine) {
    this.machine = machine;
  }

  /**
   * The first that starts: those on the class path, then the machine's own if it is not older than
   * 6.2, the first with all the commands that streams need.
   */
  String choose(Path directory) {
    var complaints = new ArrayList<String>();
    for (var program : (Iterable<String>) candidates()::iterator) {
      var answer = tried(program, directory);
      if (answer.well() && recent(answer.output())) {
        return program;
      }
      complaints.add(answer.output());
    }
    throw new EmbeddedException(
        Diagnosis.of("Redis", directory, String.join("\n", complaints))
            + " Any redis-server from 6.2 on in the PATH is used as well.");
  }

  private Stream<String> candidates() {
    return Stream.concat(
        machine.platform().redis().stream()
            .map(name -> machine.cache().programs(name).resolve(name).toString()),
        Stream.of("redis-server"));
  }

  private Launcher.Finished tried(String program, Path directory) {
    try {
      return machine.launcher().run(List.of(program, "--version"), directory, "");
    } catch (EmbeddedException notFound) {
      return new Launcher.Finished(127, String.valueOf(notFound.getMessage()));
    }
  }

  private static boolean recent(String answer) {
    var version = VERSION.matcher(answer);
    if (!version.find()) {
      return false;
    }
    int major = Integer.parseInt(version.group(1));
    return major > 6 || (major == 6 && Integer.parseInt(version.group(2)) >= 2);
  }
}
