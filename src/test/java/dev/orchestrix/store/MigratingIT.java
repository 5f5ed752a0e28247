package dev.orchestrix.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrix.core.failure.EngineException;
import dev.orchestrix.embedded.EmbeddedServers;
import dev.orchestrix.store.Migrations.NewerSchemaException;
import dev.orchestrix.store.Migrations.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MigratingIT {
  private static final String ANIMALS = "20260101000000_animals.sql";
  private static final String NAMES = "20260102000000_names.sql";

  /** A function body with semicolons in dollar quotes, which a naive splitter would tear apart. */
  private static final Map<String, String> FILES =
      Map.of(
          ANIMALS,
          """
          -- // Animals
          create table animals (id integer primary key);
          create function twice(n integer) returns integer language plpgsql as $$
          begin
            n := n * 2;
            return n;
          end $$;
          insert into animals values (twice(21));
          -- //@UNDO
          drop function twice;
          drop table animals;
          """,
          NAMES,
          """
          alter table animals add column name text;
          -- //@UNDO
          alter table animals drop column name;
          """);

  private static EmbeddedServers servers;
  private URI url;

  @BeforeAll
  static void start() {
    servers = EmbeddedServers.ephemeral();
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @BeforeEach
  void create_a_database(TestInfo test) throws SQLException {
    var name = "d" + Integer.toUnsignedString(test.getDisplayName().hashCode());
    run("create database " + name);
    url = servers.postgresUrl().resolve("/" + name);
  }

  @Test
  void an_empty_database_gets_every_file_and_the_second_time_none() {
    var migrations = new Migrations(url, files(FILES));

    assertThat(migrations.up()).containsExactly(ANIMALS, NAMES);
    assertThat(migrations.up()).isEmpty();
    assertThat(number("select id from animals")).isEqualTo(42);
  }

  @Test
  void the_files_of_the_program_go_up_and_down_and_up_again() {
    var migrations = new Migrations(url);

    var all = migrations.up();
    for (int file = 0; file < all.size(); file++) {
      migrations.down();
    }

    assertThat(all).isNotEmpty();
    assertThat(migrations.down()).isEmpty();
    assertThat(number("select count(*) from pg_tables where schemaname = 'public'")).isEqualTo(1);
    assertThat(migrations.up()).isEqualTo(all);
  }

  @Test
  void the_newest_file_is_undone_first() {
    var migrations = new Migrations(url, files(FILES));
    migrations.up();

    assertThat(migrations.down()).contains(NAMES);

    assertThat(migrations.status())
        .satisfiesExactly(
            first -> {
              assertThat(first.file()).isEqualTo(ANIMALS);
              assertThat(first.appliedAt()).isPresent();
            },
            second -> assertThat(second).isEqualTo(new Status(NAMES, Optional.empty())));
  }

  @Test
  void a_file_that_fails_half_way_leaves_nothing_and_says_why() {
    var broken = "20260103000000_broken.sql";
    var migrations =
        new Migrations(
            url,
            files(with(FILES, broken, "create table more (id integer); insert into nowhere;")));

    assertThatThrownBy(migrations::up)
        .isInstanceOf(EngineException.Rejected.class)
        .hasMessageStartingWith(broken + ": refused with 42601");

    assertThat(number("select count(*) from schema_changes")).isEqualTo(2);
    assertThat(number("select count(*) from pg_tables where tablename = 'more'")).isZero();
  }

  @Test
  void a_file_older_than_the_newest_applied_one_is_applied_too() {
    var late = "20260101120000_late.sql";
    new Migrations(url, files(FILES)).up();

    var names = new Migrations(url, files(with(FILES, late, "create table late ();"))).up();

    assertThat(names).containsExactly(late);
  }

  @Test
  void a_database_of_a_newer_program_is_left_alone() {
    new Migrations(url, files(FILES)).up();
    var older = new Migrations(url, files(Map.of(ANIMALS, "")));

    assertThatThrownBy(older::up)
        .isInstanceOf(NewerSchemaException.class)
        .hasMessageContaining("the newest is 20260102000000");
    assertThatThrownBy(older::down).isInstanceOf(NewerSchemaException.class);
    assertThatThrownBy(older::status).isInstanceOf(NewerSchemaException.class);
  }

  @Test
  void nodes_that_start_together_apply_every_file_once() {
    var starts =
        Stream.generate(
                () -> CompletableFuture.supplyAsync(() -> new Migrations(url, files(FILES)).up()))
            .limit(4)
            .toList();

    assertThat(starts.stream().flatMap(start -> start.join().stream()))
        .containsExactlyInAnyOrder(ANIMALS, NAMES);
  }

  @Test
  void a_server_that_does_not_answer_is_told_as_such() {
    var nobody = URI.create("postgresql://postgres:secret@localhost:1/postgres");

    assertThatThrownBy(() -> new Migrations(nobody).up())
        .isInstanceOf(EngineException.Unavailable.class)
        .hasMessageContaining("localhost:1")
        .hasMessageNotContaining("secret");
  }

  @Test
  void a_database_that_is_not_there_is_told_as_such() {
    var missing = servers.postgresUrl().resolve("/missing");

    assertThatThrownBy(() -> new Migrations(missing).up())
        .isInstanceOf(EngineException.Rejected.class)
        .hasMessageContaining("database \"missing\" does not exist");
  }

  @Test
  void a_password_may_hold_any_character() throws SQLException {
    run("create role odd login superuser password 'p@ss+w:rd%'");
    var login = "postgresql://odd:p%40ss+w:rd%25@" + url.getHost() + ":" + url.getPort();

    assertThat(new Migrations(URI.create(login + url.getPath()), files(FILES)).up()).hasSize(2);
  }

  @Test
  void a_wrong_password_is_told_as_such() {
    var wrong = "postgresql://nobody:secret@" + url.getHost() + ":" + url.getPort();

    assertThatThrownBy(() -> new Migrations(URI.create(wrong + url.getPath())).up())
        .isInstanceOf(EngineException.Rejected.class)
        .hasMessageContaining("28P01")
        .hasMessageNotContaining("secret");
  }

  @Test
  void a_new_file_is_named_after_the_time_and_the_title(@TempDir Path folder) throws IOException {
    var now = Instant.parse("2026-03-04T05:06:07Z");

    var file = Migrations.create(folder.resolve("sql"), "Tags, by job!", now);

    assertThat(file).hasFileName("20260304050607_tags_by_job.sql");
    assertThat(file).content().startsWith("-- // Tags, by job!\n").contains("-- //@UNDO\n");
    assertThatThrownBy(() -> Migrations.create(folder.resolve("sql"), "Tags, by job!", now))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> Migrations.create(folder, "-!-", now))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(folder.resolve("sql")).isDirectoryContaining("glob:**.sql");
  }

  private static MigrationFiles files(Map<String, String> texts) {
    return MigrationFiles.of(
        texts.keySet().stream(),
        name ->
            new ByteArrayInputStream(
                texts.getOrDefault(name, "").getBytes(StandardCharsets.UTF_8)));
  }

  private static Map<String, String> with(Map<String, String> some, String name, String text) {
    var all = new LinkedHashMap<>(some);
    all.put(name, text);
    return all;
  }

  private long number(String query) {
    try (var connection = new MigrationDatabase(url).connect();
        var rows = connection.createStatement().executeQuery(query)) {
      assertThat(rows.next()).isTrue();
      return rows.getLong(1);
    } catch (SQLException failed) {
      throw new AssertionError(failed);
    }
  }

  private static void run(String sql) throws SQLException {
    var database = new MigrationDatabase(servers.postgresUrl());
    try (var connection = database.connect()) {
      database.execute(connection, sql);
    }
  }
}
