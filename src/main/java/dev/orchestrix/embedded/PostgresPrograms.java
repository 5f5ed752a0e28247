package dev.orchestrix.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** What Postgres brings: its server, and the program that makes a new database. */
final class PostgresPrograms {
  static final String USER = "orchestrix";
  static final String DATABASE = "orchestrix";

  private final Path folder;
  private final Launcher launcher;

  PostgresPrograms(Path folder, Launcher launcher) {
    this.folder = folder;
    this.launcher = launcher;
  }

  /** Differs for every build of every version. */
  String name() {
    return Objects.requireNonNull(folder.getFileName()).toString();
  }

  /** The command of the server on a database's folder. */
  List<String> server(Path database) {
    return List.of(program("postgres"), "-D", database.toString());
  }

  /**
   * Fills an empty folder with a database without a password. The built-in C.UTF-8 sorts by code
   * point: no locale of the system counts, whose order may change under the indexes.
   */
  void initialize(Path target) {
    run(
        target,
        "",
        List.of(
            program("initdb"),
            "--pgdata=" + target,
            "--username=" + USER,
            "--encoding=UTF8",
            "--no-locale",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--auth=trust", // nobody can connect before pg_hba.conf is replaced
            "--no-instructions",
            "--no-sync"));
  }

  /** Carries out statements, one a line, in a database that no server runs on. */
  void tell(Path database, String statements) {
    run(
        database,
        statements,
        List.of(program("postgres"), "--single", "-F", "-D", database.toString(), "postgres"));
  }

  /** Returns when every file of the database is on the disk. */
  void sync(Path database) {
    run(database, "", List.of(program("initdb"), "--sync-only", "--pgdata=" + database));
  }

  /** The major version: the bootstrap file begins with "# PostgreSQL 18". */
  String version() throws IOException {
    try (var lines = Files.lines(folder.resolve("share/postgresql/postgres.bki"), UTF_8)) {
      return lines.findFirst().orElse("").replace("# PostgreSQL ", "").strip();
    }
  }

  boolean haveLz4() throws IOException {
    try (var libraries = Files.newDirectoryStream(folder.resolve("lib"), "liblz4*")) {
      return libraries.iterator().hasNext();
    }
  }

  private String program(String name) {
    return folder.resolve("bin").resolve(name).toString();
  }

  private void run(Path database, String input, List<String> command) {
    var result = launcher.run(command, database, input);
    if (!result.well() || result.output().contains("ERROR:")) {
      throw new EmbeddedException(Diagnosis.of("Postgres", database, result.output()));
    }
  }
}
