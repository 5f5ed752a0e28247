import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;

/**
 * Checks or rewrites the format of every Java file under some folders: {@code check|write
 * FOLDER...}.
 *
 * <p>A program of its own, because google-java-format reads the syntax of the JDK it runs on, and
 * Maven may run on an older one.
 */
void main(String[] args) throws IOException {
  var write = args[0].equals("write");
  var command = new ArrayList<String>();
  command.addAll(write ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
  for (var folder : List.of(args).subList(1, args.length)) {
    command.addAll(javaFiles(Path.of(folder)));
  }

  var formatter = ToolProvider.findFirst("google-java-format").orElseThrow();
  var status = formatter.run(System.out, System.err, command.toArray(String[]::new));

  if (status != 0 && !write) {
    System.err.println("not in google-java-format; ./mvnw -Pformat process-sources rewrites them");
  }
  System.exit(status);
}

List<String> javaFiles(Path folder) throws IOException {
  if (!Files.isDirectory(folder)) {
    return List.of();
  }
  try (var files = Files.walk(folder)) {
    return files.map(Path::toString).filter(name -> name.endsWith(".java")).sorted().toList();
  }
}
