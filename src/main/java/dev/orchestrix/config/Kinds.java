package dev.orchestrix.config;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Kinds of value that one setting each has. */
final class Kinds {

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

  /** The modes to come are known, so that nobody takes the answer for a misspelling. */
  static Kind<Settings.Auth> auth() {
    return new Kind<>(
        "none",
        text ->
            switch (text) {
              case "none" -> new Reading.Fit<>(Settings.Auth.NONE);
              case "keys", "jwt" ->
                  new Reading.Unfit<>("none: this version cannot do " + text + " yet");
              default -> new Reading.Unfit<>("none");
            });
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
