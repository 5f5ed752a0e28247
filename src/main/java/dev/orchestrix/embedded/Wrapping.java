package dev.orchestrix.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * The words before every command, each of which changes the process and then becomes the next one,
 * so that the process id stays:
 *
 * <ul>
 *   <li>a session of its own, or Ctrl-C would end the servers before the node that uses them;
 *   <li>another user if this one is root, whom Postgres refuses. {@code unshare} only looks like
 *       another one: it gives up root's powers and keeps what root owns;
 *   <li>SIGINT, at which both servers stop cleanly, when this process dies (Linux alone: elsewhere
 *       the next start on the same folder ends what is left).
 * </ul>
 *
 * @param words nothing of what the machine has no program for
 * @param user whom the servers' files must belong to if not to the user of this process
 */
record Wrapping(List<String> words, OptionalInt user) {
  private static final int NOBODY = 65534;

  private static final List<String> PARENT_DEATH = List.of("setpriv", "--pdeathsig=SIGINT");
  private static final List<String> LOSE_ROOT = List.of("unshare", "-U");

  /** Perl is on every macOS, setsid on every Linux. */
  private static final List<List<String>> SESSIONS =
      List.of(
          List.of("setsid"),
          List.of("perl", "-MPOSIX", "-e", "setsid(); exec {$ARGV[0]} @ARGV or exit 127", "--"));

  private record User(List<String> words, OptionalInt id) {}

  Wrapping {
    words = List.copyOf(words);
  }

  /** Every word that works here, for the owner of the database in the folder if there is one. */
  static Wrapping forDatabase(Platform platform, Path database) throws IOException {
    return of(platform, database, platform.linux() ? PARENT_DEATH : List.of());
  }

  /** The same, but the servers outlive this process, as they do where no parent's death is told. */
  static Wrapping outliving(Platform platform, Path database) throws IOException {
    return of(platform, database, List.of());
  }

  private static Wrapping of(Platform platform, Path database, List<String> death)
      throws IOException {
    var user = platform.root() ? insteadOfRoot(database) : new User(List.of(), OptionalInt.empty());
    var all = join(List.of(SESSIONS.getFirst(), user.words, death));
    return new Wrapping(works(all) ? all : whatWorks(user, death), user.id);
  }

  private static List<String> whatWorks(User user, List<String> death) {
    return join(List.of(firstThatWorks(SESSIONS), user.words, firstThatWorks(List.of(death))));
  }

  private static User insteadOfRoot(Path database) throws IOException {
    int owner = Files.exists(database) ? (int) Files.getAttribute(database, "unix:uid") : 0;
    if (owner != 0) {
      return new User(becoming(owner), OptionalInt.of(owner));
    }
    if (works(LOSE_ROOT)) {
      return new User(LOSE_ROOT, OptionalInt.empty());
    }
    if (works(becoming(NOBODY))) {
      return new User(becoming(NOBODY), OptionalInt.of(NOBODY));
    }
    throw new EmbeddedException(
        "PostgreSQL does not run as root, and this machine has neither a working `unshare` nor"
            + " `setpriv` to run it as somebody else. Start Orchestrix as a normal user.");
  }

  private static List<String> becoming(int user) {
    return List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups");
  }

  private static List<String> firstThatWorks(List<List<String>> choices) {
    return choices.stream().filter(Wrapping::works).findFirst().orElse(List.of());
  }

  private static boolean works(List<String> words) {
    return !words.isEmpty() && Launcher.works(join(List.of(words, List.of("true"))));
  }

  private static List<String> join(List<List<String>> parts) {
    return parts.stream().flatMap(List::stream).toList();
  }
}
