package dev.orchestrix.store;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.orchestrix.core.failure.EngineException;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.ibatis.migration.Change;
import org.apache.ibatis.migration.ConnectionProvider;
import org.apache.ibatis.migration.MigrationException;
import org.apache.ibatis.migration.operations.DownOperation;
import org.apache.ibatis.migration.operations.PendingOperation;
import org.apache.ibatis.migration.options.DatabaseOperationOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema to where this program expects it: the files of {@code sql/}, each applied once,
 * in a transaction of its own together with the note that it was, so that no file is ever half
 * applied. Nodes that start together take turns.
 *
 * <p>Every method blocks, and fails with {@link EngineException.Unavailable} when Postgres does not
 * answer, with {@link EngineException.Rejected} when it refuses, in which case nothing of that file
 * is left, and with {@link NewerSchemaException} when the database knows files that this program
 * does not.
 */
public final class Migrations {
  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);
  private static final String UNDEFINED_TABLE = "42P01";

  private static final String CREATE_TABLE =
      """
      create table if not exists schema_changes (
        id numeric(20) primary key,
        applied_at text not null,
        description text not null
      )
      """;

  private final MigrationFiles files;
  private final MigrationDatabase database;

  /** For {@code postgresql://user:password@host:port/database}. */
  public Migrations(URI postgresUrl) {
    this(postgresUrl, MigrationFiles.packaged());
  }

  Migrations(URI postgresUrl, MigrationFiles files) {
    this.files = files;
    this.database = new MigrationDatabase(postgresUrl);
  }

  /**
   * One file, and whether the database has it.
   *
   * @param appliedAt in the time zone of the node that applied it; empty for a file that waits
   */
  public record Status(String file, Optional<String> appliedAt) {}

  /** The database has files that this program does not know; a newer program has applied them. */
  public static final class NewerSchemaException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NewerSchemaException(long unknown, BigDecimal newest) {
      super(
          "the database is newer than this program: it has "
              + unknown
              + " change(s) of the schema that this program does not know, the newest is "
              + newest.toPlainString()
              + "; start the newer program");
    }
  }

  /**
   * Applies every file that has not been applied, oldest first.
   *
   * @return the names of those files
   */
  @CanIgnoreReturnValue
  public List<String> up() {
    try (var connection = database.connect()) {
      return isUpToDate(connection) ? List.of() : upAlone(connection);
    } catch (SQLException failed) {
      throw MigrationDatabase.failure("migrate", failed);
    }
  }

  /**
   * Undoes the file that was applied last.
   *
   * @return its name, or nothing when none is applied
   */
  @CanIgnoreReturnValue
  public Optional<String> down() {
    try (var connection = database.connect()) {
      return downAlone(connection);
    } catch (SQLException failed) {
      throw MigrationDatabase.failure("migrate down", failed);
    }
  }

  /** Every file, oldest first. */
  public List<Status> status() {
    try (var connection = database.connect()) {
      var applied = applied(connection);
      refuseNewer(applied);
      return files.all().stream()
          .map(it -> new Status(it.getFilename(), Optional.ofNullable(applied.get(it.getId()))))
          .toList();
    } catch (SQLException failed) {
      throw MigrationDatabase.failure("migrate status", failed);
    }
  }

  /**
   * Writes a new file for a change of the schema, with a place for its undoing.
   *
   * @param folder usually {@code sql}
   * @param name what it changes, as a few words
   * @param now the file's number, so that files of several people apply in the order of writing
   * @throws IllegalArgumentException if nothing of the name can be part of a file's name
   * @throws IOException if there is such a file, or it cannot be written
   */
  public static Path create(Path folder, String name, Instant now) throws IOException {
    var file = Files.createDirectories(folder).resolve(MigrationFiles.name(name, now));
    return Files.writeString(
        file,
        """
        -- // %s

        -- //@UNDO

        """
            .formatted(name),
        StandardOpenOption.CREATE_NEW);
  }

  /** One question, for the many starts at which there is nothing to do. */
  private boolean isUpToDate(Connection connection) throws SQLException {
    var applied = applied(connection);
    refuseNewer(applied);
    return applied.size() == files.all().size();
  }

  private List<String> upAlone(Connection connection) throws SQLException {
    database.lock(connection);
    database.execute(connection, CREATE_TABLE);
    var applied = applied(connection);
    refuseNewer(applied);
    var names = new ArrayList<String>();
    for (var change : files.all()) {
      if (!applied.containsKey(change.getId())) {
        apply(connection, change);
        names.add(change.getFilename());
      }
    }
    return names;
  }

  private void apply(Connection connection, Change change) throws SQLException {
    LOG.atInfo().addKeyValue("file", change.getFilename()).log("changing the schema");
    var operation = new PendingOperation();
    inTransaction(
        connection,
        change,
        inside -> operation.operate(inside, files.only(change), options(), null));
  }

  private Optional<String> downAlone(Connection connection) throws SQLException {
    database.lock(connection);
    var applied = applied(connection);
    refuseNewer(applied);
    var newest =
        files.all().reversed().stream()
            .filter(change -> applied.containsKey(change.getId()))
            .findFirst();
    if (newest.isPresent()) {
      undo(connection, newest.orElseThrow());
    }
    return newest.map(Change::getFilename);
  }

  private void undo(Connection connection, Change change) throws SQLException {
    LOG.atInfo().addKeyValue("file", change.getFilename()).log("undoing a change of the schema");
    var operation = new DownOperation(1);
    inTransaction(connection, change, inside -> operation.operate(inside, files, options(), null));
  }

  /** The library commits a file and its note apart; here both are one transaction. */
  private static void inTransaction(
      Connection connection, Change change, Consumer<ConnectionProvider> work) throws SQLException {
    connection.setAutoCommit(false);
    try {
      work.accept(() -> MigrationDatabase.insideTransaction(connection));
      connection.commit();
    } catch (MigrationException failed) {
      connection.rollback();
      throw MigrationDatabase.failure(change.getFilename(), failed);
    } finally {
      connection.setAutoCommit(true);
    }
  }

  private static DatabaseOperationOption options() {
    var options = new DatabaseOperationOption();
    options.setChangelogTable("schema_changes");
    options.setSendFullScript(true); // the driver knows where statements end, dollar quotes too
    return options;
  }

  /** When each file was applied, by its number; nothing when the database is new. */
  private static Map<BigDecimal, String> applied(Connection connection) throws SQLException {
    var applied = new HashMap<BigDecimal, String>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("select id, applied_at from schema_changes")) {
      while (rows.next()) {
        applied.put(rows.getBigDecimal(1), rows.getString(2));
      }
      return applied;
    } catch (SQLException failed) {
      if (UNDEFINED_TABLE.equals(failed.getSQLState())) {
        return Map.of();
      }
      throw failed;
    }
  }

  private void refuseNewer(Map<BigDecimal, String> applied) {
    var unknown = new TreeSet<>(applied.keySet());
    files.all().forEach(change -> unknown.remove(change.getId()));
    if (!unknown.isEmpty()) {
      throw new NewerSchemaException(unknown.size(), unknown.last());
    }
  }
}
