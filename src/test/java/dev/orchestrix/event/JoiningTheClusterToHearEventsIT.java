package dev.orchestrix.event;

import static dev.orchestrix.testkit.Lab.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Nodes;
import io.vertx.core.Vertx;
import java.util.Collections;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The node is a process, and the application that listens is another. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class JoiningTheClusterToHearEventsIT {
  private static final String NOOP = "{\"type\": \"noop\"}";

  @RegisterExtension static final Lab lab = new Lab();

  @RegisterExtension final Nodes nodes = Nodes.beside(lab);

  @SuppressWarnings("NullAway.Init")
  private Vertx vertx;

  @AfterEach
  void leave() {
    var _ = await(vertx.close());
  }

  @Test
  void every_transition_of_every_job_is_heard() {
    var node = nodes.start();
    var application = new EventCounter();
    vertx = await(EventCounter.join("127.0.0.1", nodes.members()));
    var _ = await(vertx.deployVerticle(application));
    Lab.until("the node knows the listener", () -> hears(application, node.api().submit(NOOP)));

    var jobs = node.api().submitAll(Collections.nCopies(1000, NOOP));

    var all = Set.of("PENDING", "RUNNING", "SUCCEEDED");
    Lab.until(
        "all were heard in each state",
        () -> jobs.stream().allMatch(job -> application.statesOf(job).equals(all)));
    assertThat(application.last().fieldNames())
        .contains("v", "id", "tenant", "type", "state", "attempt", "at")
        .isSubsetOf("v", "id", "tenant", "type", "state", "previous", "attempt", "at");
  }

  private static boolean hears(EventCounter application, String job) {
    return !application.statesOf(job).isEmpty();
  }
}
