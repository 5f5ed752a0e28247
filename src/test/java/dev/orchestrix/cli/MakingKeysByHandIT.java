package dev.orchestrix.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.store.PlainConnection;
import dev.orchestrix.testkit.Servers;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MakingKeysByHandIT {
  private static final String DATABASE = Servers.database().toString();

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void a_key_is_told_once_listed_by_its_prefix_and_revoked_by_its_id() {
    assertThat(key("create", "--role", "admin", "--name", "first")).isZero();
    var text = said().strip();
    assertThat(text).matches("ox_[a-z0-9]{8}_[A-Za-z0-9_-]{43}");

    assertThat(key("list")).isZero();
    var list = said();
    assertThat(list).contains(text.substring(3, 11), "admin", "first").doesNotContain(text);

    var id = list.lines().skip(1).findFirst().orElseThrow().substring(0, 36);
    assertThat(key("revoke", id)).isZero();
    assertThat(key("list")).isZero();
    assertThat(said()).contains("revoked");
    assertThat(audited())
        .isEqualTo(
            List.of(
                "cli " + System.getProperty("user.name") + " create_key " + id,
                "cli " + System.getProperty("user.name") + " revoke_key " + id));
  }

  @Test
  void what_makes_no_key_is_wrong_usage() {
    assertThat(key("create", "--role", "god")).isEqualTo(2);
    assertThat(key("create", "--role", "viewer", "--expires-in", "soon")).isEqualTo(2);
    assertThat(key("create", "--role", "viewer", "--tenant", "No Tenant")).isEqualTo(2);
    assertThat(key("revoke", "00000000-0000-7000-8000-000000000000")).isEqualTo(1);
  }

  private static List<String> audited() {
    var lines = new ArrayList<String>();
    try (var connection = PlainConnection.open(URI.create(DATABASE), "test", Map.of());
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select who || ' ' || action || ' ' || thing from audit_log order by id")) {
      while (rows.next()) {
        lines.add(rows.getString(1));
      }
      return lines;
    } catch (SQLException failed) {
      throw new AssertionError(failed);
    }
  }

  private String said() {
    var said = out.toString();
    out.getBuffer().setLength(0);
    return said;
  }

  private int key(String... arguments) {
    var all = new ArrayList<>(List.of("key"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--set", "postgres.url=" + DATABASE));
    return Main.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(all.toArray(String[]::new));
  }
}
