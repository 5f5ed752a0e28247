package dev.orchestrix.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RestartingOnTheSameFolderIT {
  @TempDir static Path data;

  @Test
  void what_was_committed_is_there_and_the_addresses_are_the_same() {
    URI postgres;
    URI redis;
    try (var servers = EmbeddedServers.start(data)) {
      postgres = servers.postgresUrl();
      redis = servers.redisUrl();
      Sql.run(postgres, "create table if not exists kept as select 42 as answer");
    }

    try (var servers = EmbeddedServers.start(data)) {
      assertThat(servers.postgresUrl()).isEqualTo(postgres);
      assertThat(servers.redisUrl()).isEqualTo(redis);
      assertThat(Sql.ask(postgres, "select answer from kept limit 1")).isEqualTo("42");
      assertThat(RedisWords.say(redis, "ping")).isEqualTo("+PONG");
    }
  }

  @Test
  void a_port_that_somebody_else_took_is_replaced() throws IOException {
    int taken;
    try (var servers = EmbeddedServers.start(data)) {
      taken = servers.postgresUrl().getPort();
    }

    try (var _ = new ServerSocket(taken, 1, InetAddress.ofLiteral("127.0.0.1"));
        var servers = EmbeddedServers.start(data)) {
      assertThat(servers.postgresUrl().getPort()).isNotEqualTo(taken);
      assertThat(Sql.ask(servers.postgresUrl(), "select 1")).isEqualTo("1");
    }
  }

  @Test
  void nobody_gets_in_without_the_password() throws SQLException {
    try (var servers = EmbeddedServers.start(data)) {
      var url = servers.postgresUrl().toString();
      var wrong = URI.create(url.replaceFirst(":[0-9a-f]{32}@", ":wrong@"));

      assertThatThrownBy(() -> Sql.connect(wrong)).hasMessageContaining("password");
      assertThat(RedisPing.answers(servers.redisUrl().getPort(), "wrong")).isFalse();
    }
  }

  @Test
  void lost_secrets_are_made_anew_and_the_data_is_kept() throws IOException {
    try (var servers = EmbeddedServers.start(data)) {
      Sql.run(servers.postgresUrl(), "create table if not exists survived as select 1");
    }
    Files.delete(data.resolve("secrets"));

    try (var servers = EmbeddedServers.start(data)) {
      assertThat(Sql.ask(servers.postgresUrl(), "select count(*) from survived")).isEqualTo("1");
    }
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("secrets"))))
        .isEqualTo("rw-------");
  }

  @Test
  void commits_are_durable_and_only_this_machine_is_listened_to() {
    try (var servers = EmbeddedServers.start(data)) {
      assertThat(setting(servers, "fsync")).isEqualTo("on");
      assertThat(setting(servers, "synchronous_commit")).isEqualTo("on");
      assertThat(setting(servers, "full_page_writes")).isEqualTo("on");
      assertThat(setting(servers, "listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(setting(servers, "unix_socket_directories")).isEmpty();
      assertThat(setting(servers, "server_encoding")).isEqualTo("UTF8");
      assertThat(setting(servers, "max_wal_size")).isEqualTo("4GB");
    }
  }

  @Test
  void a_setting_made_with_alter_system_stays() {
    try (var servers = EmbeddedServers.start(data)) {
      Sql.run(servers.postgresUrl(), "alter system set max_wal_size = '3GB'");
    }

    try (var servers = EmbeddedServers.start(data)) {
      assertThat(setting(servers, "max_wal_size")).isEqualTo("3GB");
      Sql.run(servers.postgresUrl(), "alter system reset max_wal_size");
    }
  }

  @Test
  void closing_twice_is_closing_once() {
    var servers = EmbeddedServers.start(data);
    servers.close();
    servers.close();

    assertThat(servers.postgresProcess().isAlive()).isFalse();
    assertThat(servers.redisProcess().isAlive()).isFalse();
  }

  @Test
  void an_ephemeral_folder_goes_with_its_servers() {
    Path folder;
    try (var servers = EmbeddedServers.ephemeral()) {
      folder = Path.of(Sql.ask(servers.postgresUrl(), "show data_directory"));
      assertThat(folder).exists();
    }

    assertThat(folder.getParent()).doesNotExist();
  }

  private static String setting(EmbeddedServers servers, String name) {
    return Sql.ask(servers.postgresUrl(), "show " + name);
  }
}
