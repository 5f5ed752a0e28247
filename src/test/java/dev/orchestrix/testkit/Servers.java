package dev.orchestrix.testkit;

import static java.util.Objects.requireNonNull;

import dev.orchestrix.embedded.EmbeddedServers;
import dev.orchestrix.store.Migrations;
import java.net.URI;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.Driver;

/**
 * One Postgres and one Redis for all tests of a JVM: started by the first test that needs them,
 * stopped when the JVM ends.
 */
public final class Servers {
  private static final String TEMPLATE = "template_of_tests";
  private static final AtomicInteger DATABASES = new AtomicInteger();

  private static final class Running {
    static final EmbeddedServers SERVERS = start();
  }

  /** A new database that has the schema and nothing else. */
  public static URI database() {
    var name = "test_" + DATABASES.incrementAndGet();
    run(Running.SERVERS.postgresUrl(), "create database " + name + " template " + TEMPLATE);
    return Running.SERVERS.postgresUrl().resolve("/" + name);
  }

  /** The Redis of all tests: whoever uses it empties it first. */
  public static URI redis() {
    return Running.SERVERS.redisUrl();
  }

  private static EmbeddedServers start() {
    var servers = EmbeddedServers.ephemeral();
    Runtime.getRuntime().addShutdownHook(new Thread(servers::close));
    run(servers.postgresUrl(), "create database " + TEMPLATE);
    new Migrations(servers.postgresUrl().resolve("/" + TEMPLATE)).up();
    return servers;
  }

  private static void run(URI url, String sql) {
    var login = new Properties();
    login.setProperty("user", url.getUserInfo().split(":", 2)[0]);
    login.setProperty("password", url.getUserInfo().split(":", 2)[1]);
    var target = "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath();
    try (var connection = requireNonNull(new Driver().connect(target, login));
        var statement = connection.createStatement()) {
      var _ = statement.execute(sql);
    } catch (SQLException failed) {
      throw new AssertionError(failed);
    }
  }

  private Servers() {}
}
