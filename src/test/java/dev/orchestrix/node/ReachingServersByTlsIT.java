package dev.orchestrix.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.store.Migrations;
import dev.orchestrix.store.PlainConnection;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.testkit.Certificate;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Site;
import dev.orchestrix.testkit.Wiretap;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Postgres speaks TLS itself here; the Redis of the tests cannot, and has something before it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@SuppressWarnings("NullAway.Init")
class ReachingServersByTlsIT {
  private static final String UNPROTECTED =
      """
      select count(*)
        from pg_stat_activity join pg_stat_ssl using (pid)
       where application_name like 'orchestrix%' and not ssl
      """;

  private static final Vertx VERTX = Vertx.vertx();

  @TempDir private static Path folder;
  private static Site site;
  private static Wiretap redis;

  @BeforeAll
  static void start() throws IOException {
    var ca = Certificate.authority(folder, "ca");
    ca.write(folder, "ca");
    ca.sign("server").write(folder, "server");
    Certificate.authority(folder, "other").write(folder, "other");
    site = Site.open();
    encryptPostgres();
    var plain = site.settings(Map.of()).redis().url();
    redis = Wiretap.withTls(VERTX, plain.getPort(), file("server.pem"), file("server.key"));
  }

  @AfterAll
  static void stop() {
    site.close();
    redis.close();
    var _ = Lab.await(VERTX.close());
  }

  @Test
  void a_node_runs_jobs_and_says_nothing_unprotected() {
    var postgres = postgres("127.0.0.1", "verify-full", "ca.pem");
    var _ = new Migrations(postgres).up();
    var node =
        site.node(
            Map.of(
                "postgres.url", postgres.toString(),
                "redis.url", redis("127.0.0.1").toString(),
                "redis.tls_ca", file("ca.pem").toString()));

    site.submit(node, 20, "{\"type\": \"noop\"}");

    Lab.until("they have run", () -> site.jobs("state = 'SUCCEEDED'") == 20);
    assertThat(site.sql(UNPROTECTED)).isZero();
    assertThat(site.sql(UNPROTECTED.replace("not ssl", "ssl"))).isPositive();
    assertThat(redis.heard()).contains("XREADGROUP");
    site.stop(node);
  }

  @Test
  void a_postgres_that_is_not_whom_it_should_be_is_told_nothing() throws Exception {
    assertAnswers(postgres("127.0.0.1", "verify-full", "ca.pem"));
    assertAnswers(postgres("localhost", "verify-ca", "ca.pem"));
    assertAnswers(URI.create(plain() + "?sslmode=require"));

    assertRefused(postgres("127.0.0.1", "verify-full", "other.pem"));
    assertRefused(postgres("127.0.0.1", "verify-ca", "other.pem"));
    assertRefused(postgres("localhost", "verify-full", "ca.pem"));
  }

  @Test
  void a_redis_that_is_not_whom_it_should_be_is_told_nothing() {
    assertThat(ping("127.0.0.1", "ca.pem")).isEqualTo("PONG");

    assertThatThrownBy(() -> ping("127.0.0.1", "other.pem"))
        .hasMessageContaining("certificate_unknown");
    assertThatThrownBy(() -> ping("localhost", "ca.pem"))
        .hasMessageContaining("certificate_unknown");
  }

  /** By the driver of the pools and by that of migrations and heartbeats. */
  private static void assertAnswers(URI url) throws SQLException {
    assertThat(select(url)).isOne();
    PlainConnection.open(url, "test", Map.of()).close();
  }

  private static void assertRefused(URI url) {
    assertThatThrownBy(() -> select(url)).isInstanceOf(Exception.class);
    assertThatThrownBy(() -> PlainConnection.open(url, "test", Map.of()))
        .isInstanceOf(SQLException.class);
  }

  private static int select(URI url) {
    var settings = site.settings(Map.of("postgres.url", url.toString())).postgres();
    var postgres = Postgres.connect(VERTX, settings);
    try {
      var rows = Lab.await(postgres.reads().query("select 1").execute());
      return rows.iterator().next().getInteger(0);
    } finally {
      var _ = Lab.await(postgres.close());
    }
  }

  private static String ping(String host, String ca) {
    var settings =
        site.settings(
                Map.of("redis.url", redis(host).toString(), "redis.tls_ca", file(ca).toString()))
            .redis();
    var link = new RedisLink(VERTX, settings);
    try {
      return String.valueOf(Lab.await(link.send(Request.cmd(Command.PING))));
    } finally {
      var _ = Lab.await(link.close());
    }
  }

  private static URI postgres(String host, String mode, String ca) {
    var query = "?sslmode=" + mode + "&sslrootcert=" + file(ca);
    return URI.create(plain().toString().replace("127.0.0.1", host) + query);
  }

  private static URI redis(String host) {
    var plain = site.settings(Map.of()).redis().url();
    return URI.create(
        plain
            .toString()
            .replace("redis://", "rediss://")
            .replace("127.0.0.1:" + plain.getPort(), host + ":" + redis.port()));
  }

  private static URI plain() {
    return site.settings(Map.of()).postgres().url();
  }

  /** The key has to belong to who runs the server, and to nobody else. */
  private static void encryptPostgres() throws IOException {
    var data = Path.of(text("show data_directory"));
    for (var name : new String[] {"server.pem", "server.key"}) {
      var copy = Files.copy(file(name), data.resolve(name));
      var _ = Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
      var _ = Files.setOwner(copy, Files.getOwner(data));
    }
    var _ = site.sql("alter system set ssl_cert_file = 'server.pem'");
    var _ = site.sql("alter system set ssl_key_file = 'server.key'");
    var _ = site.sql("alter system set ssl = on");
    Lab.until("the server has read that", ReachingServersByTlsIT::isEncrypted);
  }

  private static boolean isEncrypted() {
    var _ = text("select pg_reload_conf()::text");
    return text("show ssl").equals("on");
  }

  private static String text(String sql) {
    try (var connection = site.postgres();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      var _ = rows.next();
      return rows.getString(1);
    } catch (SQLException failed) {
      throw new AssertionError(failed);
    }
  }

  private static Path file(String name) {
    return folder.resolve(name);
  }
}
