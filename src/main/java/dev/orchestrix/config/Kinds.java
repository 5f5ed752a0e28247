package dev.orchestrix.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Kinds of value that one setting each has. */
final class Kinds {
  private static final Pattern KEY = Pattern.compile("[!-~]{32,512}");

  static Kind<Set<Role>> roles() {
    var expectation = "one or more of http, dispatcher, executor, scheduler, separated by commas";
    var list = Kind.list(expectation, Kinds::role);
    return new Kind<>(
        expectation,
        text ->
            switch (list.read(text)) {
              case Reading.Fit<List<Role>>(var roles) when !roles.isEmpty() ->
                  new Reading.Fit<>(Set.copyOf(roles));
              case Reading.Fit<List<Role>> _, Reading.Unfit<List<Role>> _ ->
                  new Reading.Unfit<>(expectation);
            });
  }

  static Kind<Settings.AuthMode> auth() {
    return Kind.of(
        "keys, jwt or none",
        text ->
            switch (text) {
              case "none" -> Optional.of(Settings.AuthMode.NONE);
              case "keys" -> Optional.of(Settings.AuthMode.KEYS);
              case "jwt" -> Optional.of(Settings.AuthMode.JWT);
              default -> Optional.empty();
            });
  }

  static Kind<Path> file() {
    return Kind.of("the name of a readable file", Kinds::readable);
  }

  static Optional<Path> readable(String text) {
    try {
      return Optional.of(Path.of(text))
          .filter(file -> Files.isReadable(file) && !Files.isDirectory(file));
    } catch (InvalidPathException notOne) {
      return Optional.empty();
    }
  }

  /** Long enough that nobody guesses it. */
  static Kind<String> key() {
    return Kind.of(
        "at least 32 letters, digits or signs, no blanks",
        text -> KEY.matcher(text).matches() ? Optional.of(text) : Optional.empty());
  }

  static Kind<List<Integer>> weights() {
    var expectation = "three whole numbers from 1 to 100, separated by commas: high,normal,low";
    var list = Kind.list(expectation, Kind::wholeNumber);
    return new Kind<>(
        expectation,
        text ->
            switch (list.read(text)) {
              case Reading.Fit<List<Integer>>(var three)
                  when three.size() == 3 && three.stream().allMatch(it -> 1 <= it && it <= 100) ->
                  new Reading.Fit<>(three);
              case Reading.Fit<List<Integer>> _, Reading.Unfit<List<Integer>> _ ->
                  new Reading.Unfit<>(expectation);
            });
  }

  private static Optional<Role> role(String name) {
    return EnumSet.allOf(Role.class).stream()
        .filter(role -> role.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst();
  }

  private Kinds() {}
}
