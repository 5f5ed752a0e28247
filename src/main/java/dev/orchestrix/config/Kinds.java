package dev.orchestrix.config;

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

  /** The mode to come is known, so that nobody takes the answer for a misspelling. */
  static Kind<Settings.AuthMode> auth() {
    return new Kind<>(
        "keys or none",
        text ->
            switch (text) {
              case "none" -> new Reading.Fit<>(Settings.AuthMode.NONE);
              case "keys" -> new Reading.Fit<>(Settings.AuthMode.KEYS);
              case "jwt" -> new Reading.Unfit<>("keys or none: this version cannot do jwt yet");
              default -> new Reading.Unfit<>("keys or none");
            });
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
