package dev.orchestrix.handler;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orchestrix.execute.HandlerException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A command that a job may start, checked.
 *
 * @param argv what is run, a file first, and its arguments; empty if this node has no such file
 * @param stdin what it reads; nothing if empty
 * @param folder where it runs
 */
record ShellCommand(
    List<String> argv, Map<String, String> variables, String stdin, Optional<Path> folder) {

  /** The kernel's limit on one argument, without the byte that ends it. */
  private static final int LONGEST_ARGUMENT = 131_071;

  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

  /** They make an allowed command run other code. */
  private static final Pattern SUBVERSIVE =
      Pattern.compile("PATH|ENV|BASH_ENV|SHELLOPTS|BASHOPTS|GCONV_PATH|LD_.*|DYLD_.*");

  /**
   * Reads {@code {command}} or {@code {argv}} with {@code {env?, stdin?, dir?}}.
   *
   * @throws HandlerException permanent, naming every problem
   */
  static ShellCommand read(Payload payload, AllowedCommands allowed) throws HandlerException {
    var argv = argv(payload, allowed);
    var variables = variables(payload, allowed);
    var stdin = payload.text("stdin");
    var folder = folder(payload);
    payload.check();
    return new ShellCommand(argv, variables, stdin.orElse(""), folder);
  }

  private static List<String> argv(Payload payload, AllowedCommands allowed) {
    var command = payload.text("command");
    var argv = payload.texts("argv");
    if (payload.any("command").isPresent() == payload.any("argv").isPresent()) {
      payload.refuse("command", "expected either command or argv");
      return List.of();
    }
    return command
        .map(text -> shell(payload, allowed, text))
        .or(() -> argv.map(words -> direct(payload, allowed, words)))
        .orElse(List.of());
  }

  private static List<String> shell(Payload payload, AllowedCommands allowed, String text) {
    checkArgument(payload, "command", text);
    if (text.isBlank()) {
      payload.refuse("command", "is empty");
    }
    if (!allowed.unrestricted()) {
      payload.refuse("command", "runs through sh, which this node does not allow; use argv");
    }
    return List.of("/bin/sh", "-c", text);
  }

  private static List<String> direct(Payload payload, AllowedCommands allowed, List<String> words) {
    if (words.isEmpty()) {
      payload.refuse("argv", "is empty");
      return List.of();
    }
    for (int i = 0; i < words.size(); i++) {
      checkArgument(payload, "argv[" + i + "]", words.get(i));
    }
    var argv = new ArrayList<>(words);
    try {
      var file = allowed.find(words.getFirst());
      file.ifPresent(found -> argv.set(0, found.toString()));
      return file.isPresent() ? List.copyOf(argv) : List.of();
    } catch (IllegalArgumentException e) {
      payload.refuse("argv[0]", String.valueOf(e.getMessage()));
      return List.of();
    }
  }

  private static Map<String, String> variables(Payload payload, AllowedCommands allowed) {
    var variables = payload.textsByName("env");
    variables.forEach(
        (name, value) -> {
          if (!VARIABLE.matcher(name).matches()) {
            payload.refuse("env", "a name is not of the form [A-Za-z_][A-Za-z0-9_]*");
          } else if (!allowed.unrestricted() && SUBVERSIVE.matcher(name).matches()) {
            payload.refuse("env." + name, "could make the command run another");
          } else {
            checkArgument(payload, "env." + name, value);
          }
        });
    return variables;
  }

  private static Optional<Path> folder(Payload payload) {
    var text = payload.text("dir");
    text.ifPresent(dir -> checkArgument(payload, "dir", dir));
    var folder = text.filter(dir -> dir.indexOf('\0') < 0).map(Path::of);
    if (folder.isPresent() && !folder.get().isAbsolute()) {
      payload.refuse("dir", "expected an absolute path");
    }
    return folder;
  }

  private static void checkArgument(Payload payload, String field, String text) {
    if (text.indexOf('\0') >= 0) {
      payload.refuse(field, "holds a NUL character");
    }
    if (text.getBytes(UTF_8).length > LONGEST_ARGUMENT) {
      payload.refuse(field, "expected at most " + LONGEST_ARGUMENT + " bytes");
    }
  }
}
