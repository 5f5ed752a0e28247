package dev.orchestrix.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class HostilePlacesIT {
  private static final int NOBODY = 65534;

  @TempDir Path place;

  @Test
  void a_path_may_be_long_and_have_spaces_and_quotes_in_it() {
    var data = place.resolve("it's a \"folder\" with spaces".repeat(8)).resolve("d".repeat(250));

    try (var servers = EmbeddedServers.start(data)) {
      assertThat(Sql.ask(servers.postgresUrl(), "show data_directory"))
          .isEqualTo(data + "/postgres");
      assertThat(RedisWords.say(servers.redisUrl(), "ping")).isEqualTo("+PONG");
    }
  }

  @Test
  void a_path_that_postgres_would_cut_is_refused_before_anything_is_made() {
    var parent = place.resolve("a".repeat(200));

    assertRefused(parent.resolve(("b".repeat(200) + "/").repeat(4))).withMessageContaining("800");

    assertThat(parent).doesNotExist();
  }

  @Test
  void a_file_in_the_place_of_the_folder_is_named_and_kept() throws IOException {
    var file = Files.writeString(place.resolve("data"), "precious");

    assertRefused(file).withMessageContaining(file.toString()).withMessageContaining("a file is");

    assertThat(file).hasContent("precious");
  }

  @Test
  void a_folder_that_cannot_be_written_is_named() throws IOException {
    try (var disk = Disk.mounted(place.resolve("disk"), 1)) {
      disk.makeReadOnly();

      assertRefused(disk.path())
          .withMessageContaining(disk.path().toString())
          .withMessageContaining("mounted read-only");
    }
  }

  @Test
  void a_disk_too_small_for_a_database_is_refused_before_one_is_begun() throws IOException {
    try (var disk = Disk.mounted(place.resolve("disk"), 20)) {
      assertRefused(disk.path()).withMessageContaining("needs 256 MB");

      assertThat(disk.path().resolve("postgres.new")).doesNotExist();
    }
  }

  @Test
  void a_disk_that_got_full_is_named_and_the_data_is_there_once_it_has_room() throws IOException {
    try (var disk = Disk.mounted(place.resolve("disk"), 400)) {
      try (var servers = EmbeddedServers.start(disk.path())) {
        Sql.run(servers.postgresUrl(), "create table kept as select 42 as answer");
      }
      var filler = disk.fill();

      assertRefused(disk.path()).withMessageContaining("disk is full");

      Files.delete(filler);
      try (var servers = EmbeddedServers.start(disk.path())) {
        assertThat(Sql.ask(servers.postgresUrl(), "select answer from kept")).isEqualTo("42");
      }
    }
  }

  @Test
  void a_database_of_another_major_version_is_left_alone() throws IOException {
    EmbeddedServers.start(place).close();
    var version = place.resolve("postgres/PG_VERSION");
    Files.writeString(version, "17\n");

    assertRefused(place).withMessageContaining("PostgreSQL 17").withMessageContaining("pg_dump");

    Files.writeString(version, "18\n");
    EmbeddedServers.start(place).close();
  }

  @Test
  void a_folder_of_something_else_is_left_alone() throws IOException {
    var theirs = Files.createDirectories(place.resolve("postgres")).resolve("notes.txt");
    Files.writeString(theirs, "precious");

    assertRefused(place).withMessageContaining("holds no Postgres database");

    assertThat(theirs).hasContent("precious");
  }

  @Test
  void a_library_that_cannot_be_loaded_is_named() throws IOException {
    var platform = Platform.here();
    assumeTrue(platform.linux());
    var whole = Cache.shared(platform, place).programs(platform.postgres());
    assertThat(Launcher.works(List.of("cp", "-a", whole + "/..", place + "/bin"))).isTrue();
    var library = place.resolve("bin").resolve(whole.getFileName()).resolve("lib/libxml2.so.2");
    Files.write(library, new byte[(int) Files.size(library)]);

    var data = place.resolve("data");
    assertThatExceptionOfType(EmbeddedException.class)
        .isThrownBy(() -> EmbeddedServers.start(data, false, this::withProgramsBeside))
        .withMessageContaining("libxml2.so.2 is missing or damaged");
    assertThat(data.resolve("postgres")).doesNotExist();
  }

  @Test
  void where_root_cannot_hide_the_servers_run_as_nobody_and_later_as_the_owner_of_the_data()
      throws IOException {
    assumeTrue(Platform.here().root() && Launcher.works(List.of("setpriv", "--version")));
    try (var servers = EmbeddedServers.start(place, false, HostilePlacesIT::asNobody)) {
      Sql.run(servers.postgresUrl(), "create table kept as select 42 as answer");
      assertThat(Files.getAttribute(place.resolve("postgres"), "unix:uid")).isEqualTo(NOBODY);
    }

    try (var servers = EmbeddedServers.start(place)) {
      assertThat(Sql.ask(servers.postgresUrl(), "select answer from kept")).isEqualTo("42");
      assertThat(servers.postgresProcess().info().user()).contains("nobody");
      assertThat(servers.redisProcess().info().user()).contains("nobody");
    }
  }

  private Machine withProgramsBeside(DataFolder data) throws IOException {
    var here = Machine.here(data);
    return new Machine(here.platform(), Cache.in(place.resolve("bin")), here.launcher());
  }

  private static Machine asNobody(DataFolder data) throws IOException {
    var words = List.of("setsid", "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
    return Machine.with(Platform.here(), new Wrapping(words, OptionalInt.of(NOBODY)), data);
  }

  private static ThrowableAssertAlternative<EmbeddedException> assertRefused(Path data) {
    return assertThatExceptionOfType(EmbeddedException.class)
        .isThrownBy(() -> EmbeddedServers.start(data));
  }
}
