package dev.orchestrix.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MakingBodiesTest {

  @Test
  void a_payload_has_the_length_that_was_asked_for() {
    assertThat(JobBodies.payload(100)).hasSize(100);
    assertThat(JobBodies.payload(JobBodies.SHORTEST)).isEqualTo("\"\"");
  }

  @Test
  void an_array_holds_so_many_jobs() {
    var jobs = new JsonArray(JobBodies.array(3, 10));

    assertThat(jobs).hasSize(3);
    assertThat(jobs.getJsonObject(2)).isEqualTo(new JsonObject(JobBodies.one(10)));
    assertThat(jobs.getJsonObject(0).getString("payload")).isEqualTo("xxxxxxxx");
  }
}
