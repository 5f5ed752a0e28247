package dev.orchestrix;

import static dev.orchestrix.testkit.Lab.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Lab;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every statement against the schema, so that neither can change without the other. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class PlanningEveryStatementIT {

  /** Classes whose statements stand in themselves. */
  private static final Set<String> OTHERS =
      Set.of("dev.orchestrix.store.Leadership", "dev.orchestrix.store.Partitions");

  /** Parsing alone would not notice that an {@code on conflict} names no unique index. */
  private static final String PLAN = "explain (generic_plan) ";

  private static final Pattern BEGINNING =
      Pattern.compile("(with|select|insert|update|delete|create|drop) ");

  @RegisterExtension static final Lab LAB = new Lab();

  private record Statement(String of, String name, String sql) {

    /** Whether it makes or drops something, which Postgres does not look up before it does it. */
    boolean changesTheSchema() {
      return sql.startsWith("create ") || sql.startsWith("drop ");
    }
  }

  @Test
  void the_schema_has_what_every_statement_names() {
    var all = statements();
    var connection = await(LAB.postgres().reads().getConnection());

    var problems = new ArrayList<String>();
    for (var one : all) {
      var tried = connection.query(one.changesTheSchema() ? one.sql : PLAN + one.sql).execute();
      var _ =
          await(
              tried
                  .onFailure(e -> problems.add(one.of + "." + one.name + ": " + e))
                  .otherwiseEmpty());
    }

    assertThat(problems).isEmpty();
    assertThat(all).hasSizeGreaterThan(30);
    await(connection.close());
  }

  /** In the order in which a class has them: a table is made before it is used. */
  private static List<Statement> statements() {
    return ArchitectureTest.importOurs().stream()
        .filter(one -> isSql(one.getName()) || OTHERS.contains(one.getName()))
        .flatMap(one -> Stream.of(one.reflect().getDeclaredFields()))
        .filter(field -> field.getType() == String.class)
        .map(PlanningEveryStatementIT::read)
        .filter(one -> isSql(one.of) || BEGINNING.matcher(one.sql).lookingAt())
        // a template, whose formatted statements are here as well
        .filter(one -> !one.sql.contains("%s"))
        .toList();
  }

  private static boolean isSql(String className) {
    return className.endsWith("Sql");
  }

  private static Statement read(Field field) {
    try {
      field.setAccessible(true);
      var sql = Modifier.isStatic(field.getModifiers()) ? (String) field.get(null) : "";
      // as JDBC writes a parameter
      var ours = sql.replace("= ?", "= $1");
      return new Statement(field.getDeclaringClass().getName(), field.getName(), ours.strip());
    } catch (IllegalAccessException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
