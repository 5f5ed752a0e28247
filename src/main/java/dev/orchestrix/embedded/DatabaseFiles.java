package dev.orchestrix.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder that Postgres keeps the data in: made, checked and told its settings. */
final class DatabaseFiles {
  private static final long ROOM_NEEDED = 256L << 20;

  private static final String ACCESS =
      """
      # Written once by Orchestrix; changes are kept.
      host all all 127.0.0.1/32 scram-sha-256
      """;

  private final Path folder;
  private final PostgresPrograms programs;
  private final Launcher launcher;

  DatabaseFiles(Path folder, PostgresPrograms programs, Launcher launcher) {
    this.folder = folder;
    this.programs = programs;
    this.launcher = launcher;
  }

  Path path() {
    return folder;
  }

  /**
   * Makes the database unless there is one, and sets the password if the database cannot know it.
   *
   * @param cache has the database that all new ones are copies of: to make one takes seconds
   * @throws EmbeddedException if another version wrote the folder, or it holds something else
   */
  void prepare(Secrets secrets, Cache cache) throws IOException {
    if (Files.exists(folder)) {
      checkVersion();
      if (secrets.fresh()) {
        programs.tell(folder, password(secrets));
      }
    } else {
      checkRoom();
      create(secrets, cache.entry(programs.name() + "-database", this::createPristine));
    }
  }

  /** Writes the settings that the next start will read. */
  void configure(int port) throws IOException {
    var file = folder.resolve("orchestrix.conf");
    Files.writeString(file, PostgresSettings.text(port, programs.haveLz4()), UTF_8);
    launcher.give(file);
  }

  private void createPristine(Path target) throws IOException {
    Files.createDirectory(target, asFileAttribute(fromString("rwx------")));
    launcher.give(target);
    programs.initialize(target);
    Files.writeString(target.resolve("pg_hba.conf"), ACCESS, UTF_8);
    Files.writeString(target.resolve("postgresql.conf"), PostgresSettings.INCLUDE, UTF_8, APPEND);
    programs.tell(target, "create database " + PostgresPrograms.DATABASE + ";\n");
  }

  /** It gets its name when it is whole and on the disk: a start that was cut off leaves none. */
  private void create(Secrets secrets, Path pristine) throws IOException {
    var draft = folder.resolveSibling("postgres.new");
    Folders.delete(draft);
    Folders.copy(pristine, draft);
    launcher.give(draft);
    programs.tell(draft, password(secrets));
    programs.sync(draft);
    Files.move(draft, folder);
  }

  private static String password(Secrets secrets) {
    return "alter role %s password '%s';\n".formatted(PostgresPrograms.USER, secrets.postgres());
  }

  private void checkRoom() throws IOException {
    long room = Files.getFileStore(folder.resolveSibling("")).getUsableSpace();
    if (room < ROOM_NEEDED) {
      throw new EmbeddedException(
          ("A new database needs %d MB, and the disk of %s has %d MB left. Free some space or"
                  + " choose another folder.")
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
    if (!version.equals(programs.version())) {
      throw new EmbeddedException(
          ("%s was written by PostgreSQL %s and cannot be read by PostgreSQL %s, which this"
                  + " Orchestrix brings. Dump it with the Orchestrix that wrote it (pg_dump) and"
                  + " restore the dump into a new folder, or choose another folder.")
              .formatted(folder, version, programs.version()));
    }
  }
}
