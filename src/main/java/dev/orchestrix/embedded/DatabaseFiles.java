package dev.orchestrix.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The folder that Postgres keeps the data in: made, checked and told its settings. */
final class DatabaseFiles {
  static final String USER = "orchestrix";
  static final String DATABASE = "orchestrix";

  private static final long ROOM_NEEDED = 256L << 20;

  private static final String ACCESS =
      """
      # Written once by Orchestrix; changes are kept.
      host all all 127.0.0.1/32 scram-sha-256
      """;

  private final Path folder;
  private final Path programs;
  private final Launcher launcher;

  DatabaseFiles(Path folder, Path programs, Launcher launcher) {
    this.folder = folder;
    this.programs = programs;
    this.launcher = launcher;
  }

  Path folder() {
    return folder;
  }

  String program(String name) {
    return programs.resolve("bin").resolve(name).toString();
  }

  /**
   * Makes the database unless there is one, and sets the password if the database cannot know it.
   *
   * @throws EmbeddedException if another version wrote the folder, or it holds something else
   */
  void prepare(Secrets secrets) throws IOException {
    if (!Files.exists(folder)) {
      create(secrets.postgres());
      return;
    }
    checkVersion();
    if (secrets.fresh()) {
      tell(folder, password(secrets.postgres()));
    }
  }

  /** Writes the settings that the next start will read. */
  void configure(int port) throws IOException {
    var file = folder.resolve("orchestrix.conf");
    Files.writeString(file, PostgresSettings.text(port, hasLz4()), UTF_8);
    launcher.give(file);
  }

  /** It gets its name when it is whole and on the disk: a start that was cut off leaves none. */
  private void create(String password) throws IOException {
    checkRoom();
    var draft = folder.resolveSibling("postgres.new");
    Folders.delete(draft);
    Files.createDirectory(draft, asFileAttribute(fromString("rwx------")));
    launcher.give(draft);
    run(draft, initialize(draft), "");
    Files.writeString(draft.resolve("pg_hba.conf"), ACCESS, UTF_8);
    Files.writeString(draft.resolve("postgresql.conf"), PostgresSettings.INCLUDE, UTF_8, APPEND);
    tell(draft, password(password) + "create database " + DATABASE + ";\n");
    run(draft, List.of(program("initdb"), "--sync-only", "-D", draft.toString()), "");
    Files.move(draft, folder);
  }

  /**
   * The built-in C.UTF-8 sorts by code point: no other locale's order, which may change, counts.
   */
  private List<String> initialize(Path target) {
    return List.of(
        program("initdb"),
        "--pgdata=" + target,
        "--username=" + USER,
        "--encoding=UTF8",
        "--no-locale",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--auth=trust", // nobody can connect before pg_hba.conf is replaced
        "--no-instructions",
        "--no-sync");
  }

  /** Statements, one a line, carried out while no server runs. */
  private void tell(Path target, String statements) {
    run(
        target,
        List.of(program("postgres"), "--single", "-F", "-D", target.toString(), "postgres"),
        statements);
  }

  private static String password(String password) {
    return "alter role " + USER + " password '" + password + "';\n";
  }

  private void run(Path target, List<String> command, String input) {
    var result = launcher.run(command, target, input);
    if (!result.well() || result.output().contains("ERROR:")) {
      throw new EmbeddedException(Diagnosis.of("Postgres", folder, result.output()));
    }
  }

  private void checkRoom() throws IOException {
    long room = Files.getFileStore(folder.resolveSibling("")).getUsableSpace();
    if (room < ROOM_NEEDED) {
      throw new EmbeddedException(
          "A new database needs %d MB, and the disk of %s has %d MB left. Free some space or choose another folder."
              .formatted(ROOM_NEEDED >> 20, folder, room >> 20));
    }
  }

  private void checkVersion() throws IOException {
    var file = folder.resolve("PG_VERSION");
    if (!Files.exists(file)) {
      throw new EmbeddedException(
          "%s is there but holds no Postgres database. Move it away and start again."
              .formatted(folder));
    }
    var version = Files.readString(file, UTF_8).strip();
    if (!version.equals(ownVersion())) {
      throw new EmbeddedException(
          "%s was written by PostgreSQL %s and cannot be read by PostgreSQL %s, which this Orchestrix brings. Dump it with the Orchestrix that wrote it (pg_dump) and restore the dump into a new folder, or choose another folder."
              .formatted(folder, version, ownVersion()));
    }
  }

  /** The bootstrap file says so in its first line, "# PostgreSQL 18". */
  private String ownVersion() throws IOException {
    try (var lines = Files.lines(programs.resolve("share/postgresql/postgres.bki"), UTF_8)) {
      return lines.findFirst().orElse("").replace("# PostgreSQL ", "").strip();
    }
  }

  private boolean hasLz4() throws IOException {
    try (var libraries = Files.list(programs.resolve("lib"))) {
      return libraries.anyMatch(library -> library.getFileName().toString().startsWith("liblz4"));
    }
  }
}
