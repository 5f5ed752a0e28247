package dev.orchestrix.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Nodes;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LoggingAsJsonIT {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  @RegisterExtension static final Lab lab = new Lab();

  @RegisterExtension final Nodes nodes = Nodes.beside(lab);

  @Test
  void a_failed_attempt_is_logged_with_its_job_tenant_and_trace() {
    var node = nodes.start();

    var job =
        node.api()
            .submitTraced("{\"type\": \"nobody.knows\"}", "00-" + TRACE + "-00f067aa0ba902b7-01");

    var line = new JsonObject(node.process().awaitLine(".*attempt failed.*").group());
    assertThat(line.getString("level")).isEqualTo("INFO");
    assertThat(line.getString("formattedMessage")).contains("NO_HANDLER");
    assertThat(pairs(line))
        .containsEntry("job", job)
        .containsEntry("tenant", "default")
        .containsEntry("trace", TRACE)
        .containsEntry("type", "nobody.knows")
        .containsEntry("attempt", "1");
    assertThat(node.process().lines()).allMatch(LoggingAsJsonIT::isObject);
  }

  private static Map<String, String> pairs(JsonObject line) {
    var pairs = new HashMap<String, String>();
    for (var pair : line.getJsonArray("kvpList")) {
      ((JsonObject) pair).forEach(one -> pairs.put(one.getKey(), one.getValue().toString()));
    }
    return pairs;
  }

  private static boolean isObject(String line) {
    return !new JsonObject(line).isEmpty();
  }
}
