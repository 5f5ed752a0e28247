package dev.orchestrix.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LosingProcessesIT {
  private static final Duration LONG = Duration.ofMinutes(2);

  @TempDir static Path data;

  @BeforeAll
  static void something_is_committed() {
    try (var servers = EmbeddedServers.start(data)) {
      Sql.run(servers.postgresUrl(), "create table kept as select 42 as answer");
    }
  }

  @Test
  void servers_killed_alone_are_started_again_where_they_were() {
    try (var servers = EmbeddedServers.start(data)) {
      var postgres = servers.postgresProcess();
      var redis = servers.redisProcess();

      kill(postgres);
      kill(redis);

      assertThat(Waiting.until(LONG, () -> isAnother(servers.postgresProcess(), postgres)))
          .isTrue();
      assertThat(Waiting.until(LONG, () -> isAnother(servers.redisProcess(), redis))).isTrue();
      assertThat(kept(servers)).isEqualTo("42");
      assertThat(RedisWords.say(servers.redisUrl(), "ping")).isEqualTo("+PONG");
    }
  }

  @Test
  void children_stop_by_themselves_when_their_parent_was_killed() {
    assumeTrue(Platform.here().linux() && Launcher.works(List.of("setpriv", "--version")));
    var holder = Holder.of(data);
    var postgres = holder.postgres();
    var redis = holder.redis();

    holder.kill();

    assertThat(Waiting.until(LONG, () -> !Signal.alive(postgres))).isTrue();
    assertThat(Waiting.until(LONG, () -> !Signal.alive(redis))).isTrue();
    assertThat(data.resolve("postgres/postmaster.pid")).doesNotExist();
  }

  @Test
  void a_start_right_after_the_parent_was_killed_works() {
    var holder = Holder.of(data);
    holder.kill();

    try (var servers = EmbeddedServers.start(data)) {
      assertThat(kept(servers)).isEqualTo("42");
    }
  }

  @Test
  void orphans_are_stopped_and_their_ports_used_again() {
    var holder = Holder.outlivedByItsChildren(data);
    var postgres = holder.postgres();
    var redis = holder.redis();
    Sql.run(holder.postgresUrl(), "create table if not exists last_words as select 1");
    holder.kill();
    assertThat(postgres.isAlive() && redis.isAlive()).isTrue();

    try (var servers = EmbeddedServers.start(data)) {
      assertThat(Signal.alive(postgres) || Signal.alive(redis)).isFalse();
      assertThat(servers.postgresUrl()).isEqualTo(holder.postgresUrl());
      assertThat(servers.redisUrl()).isEqualTo(holder.redisUrl());
      assertThat(Sql.ask(servers.postgresUrl(), "select count(*) from last_words")).isEqualTo("1");
    }
  }

  @Test
  void pid_files_of_servers_that_were_killed_with_their_parent_are_in_nobodys_way() {
    var holder = Holder.outlivedByItsChildren(data);
    var postgres = holder.postgres();
    var redis = holder.redis();
    Sql.run(holder.postgresUrl(), "create table if not exists committed as select 1");
    holder.kill();
    kill(postgres);
    kill(redis);
    assertThat(data.resolve("postgres/postmaster.pid")).exists();

    try (var servers = EmbeddedServers.start(data)) {
      assertThat(Sql.ask(servers.postgresUrl(), "select count(*) from committed")).isEqualTo("1");
    }
  }

  @Test
  void a_pid_file_that_names_somebody_elses_process_is_removed_and_the_process_left_alone()
      throws IOException {
    var stranger = new ProcessBuilder("sleep", "600").start();
    var stale = stranger.pid() + "\n" + data + "/postgres\n1700000000\n5432\n\n127.0.0.1\n";
    Files.writeString(data.resolve("postgres/postmaster.pid"), stale);
    Files.writeString(data.resolve("redis/redis.pid"), stranger.pid() + "\n");

    try (var servers = EmbeddedServers.start(data)) {
      assertThat(kept(servers)).isEqualTo("42");
      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly().onExit().join();
    }
  }

  @Test
  void an_interrupt_at_the_terminal_leaves_the_servers_to_the_process_that_uses_them() {
    var holder = Holder.inForeground(data);

    holder.interruptGroup();

    assertThat(holder.line("still .*")).isEqualTo("still there");
    assertThat(holder.line("[+].*")).isEqualTo("+PONG");
    assertThat(holder.line("stopped.*")).isEqualTo("stopped in order");
    assertThat(Waiting.until(LONG, () -> !Signal.alive(holder.redis()))).isTrue();
  }

  @Test
  void an_ephemeral_folder_left_by_a_killed_process_is_deleted_by_the_next() throws IOException {
    var left = Files.createTempDirectory("orchestrix-ephemeral-");
    var holder = Holder.outlivedByItsChildren(left);
    var postgres = holder.postgres();
    holder.kill();

    try (var _ = EmbeddedServers.ephemeral()) {
      assertThat(left).doesNotExist();
      assertThat(Signal.alive(postgres)).isFalse();
    }
  }

  private static String kept(EmbeddedServers servers) {
    return Sql.ask(servers.postgresUrl(), "select answer from kept");
  }

  private static boolean isAnother(ProcessHandle now, ProcessHandle before) {
    return now.pid() != before.pid() && now.isAlive();
  }

  private static void kill(ProcessHandle process) {
    assertThat(process.destroyForcibly()).isTrue();
    assertThat(Waiting.until(LONG, () -> !Signal.alive(process))).isTrue();
  }
}
