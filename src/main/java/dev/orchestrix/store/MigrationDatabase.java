package dev.orchestrix.store;

import dev.orchestrix.core.failure.EngineException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The one connection over which the schema is changed. */
final class MigrationDatabase {
  private static final Set<String> ENDS_A_TRANSACTION =
      Set.of("commit", "rollback", "setAutoCommit", "close");

  /**
   * Held until the connection closes. Changes may take as long as they take, whatever the database
   * or the user has for a default.
   */
  private static final String LOCK =
      """
      set statement_timeout = 0;
      select pg_advisory_lock(8030600468393194354)
      """;

  private final URI url;

  MigrationDatabase(URI url) {
    this.url = url;
  }

  Connection connect() throws SQLException {
    return PlainConnection.open(url, "orchestrix migrate", Map.of("connectTimeout", "10"));
  }

  /** Waits until nobody else changes the schema; nobody else does until the connection closes. */
  void lock(Connection connection) throws SQLException {
    execute(connection, LOCK);
  }

  void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      var _ = statement.execute(sql);
    }
  }

  /** The same connection for whoever must not end the transaction. */
  static Connection insideTransaction(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            MigrationDatabase.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (_, method, arguments) -> {
              if (ENDS_A_TRANSACTION.contains(method.getName())) {
                return null;
              }
              try {
                return method.invoke(connection, arguments);
              } catch (InvocationTargetException failed) {
                throw failed.getCause() == null ? failed : failed.getCause();
              }
            });
  }

  /** By class of SQLSTATE: 08 no connection, 53 too many, 57 starting or stopping. */
  static EngineException failure(String operation, Throwable failed) {
    var cause = sqlException(failed);
    var state = cause == null ? null : cause.getSQLState();
    return switch (state == null || state.length() < 2 ? "" : state.substring(0, 2)) {
      case "", "08", "53", "57" ->
          new EngineException.Unavailable(operation, cause == null ? failed : cause);
      default -> new EngineException.Rejected(operation, state, cause == null ? failed : cause);
    };
  }

  private static @Nullable SQLException sqlException(Throwable failed) {
    for (Throwable at = failed; at != null; at = at.getCause()) {
      if (at instanceof SQLException found) {
        return found;
      }
    }
    return null;
  }
}
