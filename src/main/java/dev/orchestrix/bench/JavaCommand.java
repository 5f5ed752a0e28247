package dev.orchestrix.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;

/** The command that starts this very program again: same JVM, same flags, same classes. */
public final class JavaCommand {
  private static final String MAIN = "dev.orchestrix.cli.Main";

  /** The command for {@code orchestrix ARGUMENTS...}. */
  static List<String> again(String... arguments) {
    return again(List.of(), List.of(arguments));
  }

  /**
   * The same with more flags for the JVM, which win over those of this process.
   *
   * @param flags such as {@code -Xmx512m}
   */
  public static List<String> again(List<String> flags, List<String> arguments) {
    var classPath = System.getProperty("java.class.path", "");
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags(ManagementFactory.getRuntimeMXBean().getInputArguments()));
    command.addAll(flags);
    // -jar matters where it was used: the manifest opens packages that a class path does not
    command.addAll(
        isOurJar(classPath) ? List.of("-jar", classPath) : List.of("-cp", classPath, MAIN));
    command.addAll(arguments);
    return command;
  }

  /** Those flags that two processes may have at once: a debugger's port is not one. */
  static List<String> flags(List<String> ours) {
    return ours.stream().filter(flag -> !flag.startsWith("-agentlib:jdwp")).toList();
  }

  private static boolean isOurJar(String classPath) {
    if (!classPath.endsWith(".jar")) {
      return false;
    }
    try (var jar = new JarFile(classPath)) {
      var manifest = jar.getManifest();
      return manifest != null
          && MAIN.equals(manifest.getMainAttributes().getValue(Attributes.Name.MAIN_CLASS));
    } catch (IOException notOneJar) {
      return false;
    }
  }

  private JavaCommand() {}
}
