package dev.orchestrix.store;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import org.postgresql.Driver;

/** Connections of JDBC: apart from the pools, and from every event loop. */
public final class PlainConnection {

  /**
   * Opens one; blocks until then.
   *
   * @param name what the server shows it under
   * @param options of the driver, such as {@code loginTimeout} in seconds
   * @throws SQLException if the server cannot be reached or refuses
   */
  public static Connection open(URI url, String name, Map<String, String> options)
      throws SQLException {
    var port = url.getPort() < 0 ? "" : ":" + url.getPort();
    var query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    var target = "jdbc:postgresql://" + url.getHost() + port + url.getRawPath() + query;
    var login = login(url);
    login.setProperty("ApplicationName", name);
    options.forEach(login::setProperty);
    // without DriverManager, which would look through the whole class path for drivers first
    var connection = new Driver().connect(target, login);
    if (connection == null) {
      throw new SQLException("not a URL of Postgres");
    }
    return connection;
  }

  private static Properties login(URI url) {
    var login = new Properties();
    var user = url.getRawUserInfo();
    if (user != null) {
      int colon = user.indexOf(':');
      login.setProperty("user", decode(colon < 0 ? user : user.substring(0, colon)));
      login.setProperty("password", colon < 0 ? "" : decode(user.substring(colon + 1)));
    }
    return login;
  }

  /** In the user part of a URL, unlike in forms, a plus is a plus. */
  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private PlainConnection() {}
}
