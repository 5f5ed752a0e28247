package dev.orchestrix.embedded;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** One statement at a time, over a connection of its own. */
final class Sql {
  static void run(URI postgres, String statement) {
    try (var connection = connect(postgres);
        var prepared = connection.createStatement()) {
      prepared.execute(statement);
    } catch (SQLException e) {
      throw new AssertionError(statement, e);
    }
  }

  static String ask(URI postgres, String question) {
    try (var connection = connect(postgres);
        var statement = connection.createStatement();
        var answer = statement.executeQuery(question)) {
      answer.next();
      return answer.getString(1);
    } catch (SQLException e) {
      throw new AssertionError(question, e);
    }
  }

  static Connection connect(URI postgres) throws SQLException {
    var user = postgres.getUserInfo();
    int colon = user.indexOf(':');
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + postgres.getPath(),
        user.substring(0, colon),
        user.substring(colon + 1));
  }

  private Sql() {}
}
