package dev.orchestrix.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Lab;
import io.vertx.core.json.JsonObject;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Failed jobs, many at a time. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RedrivingOverHttpIT extends FailedJobsOverHttp {

  @Test
  void a_preview_counts_and_shows_and_moves_nothing() {
    var jobs = Stream.generate(() -> failed(BAD)).limit(12).toList();

    var answer = send("POST", DLQ + "/redrive", redrive("\"preview\":true"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(json(answer).getLong("count")).isEqualTo(12);
    assertThat(json(answer).getBoolean("complete")).isTrue();
    assertThat(ids(objects(json(answer).getJsonArray("sample"))))
        .containsExactlyElementsOf(jobs.subList(0, 10));
    assertThat(items(DLQ + "?tenant=" + tenant)).hasSize(12);
    assertThat(items(DLQ + "/redrives?tenant=" + tenant)).isEmpty();
  }

  @Test
  void a_redrive_runs_its_jobs_again_and_says_what_became_of_them() {
    var jobs = Stream.generate(() -> failed(BAD)).limit(3).toList();

    var answer = send("POST", DLQ + "/redrive", redrive("\"rate\":1000"));

    assertThat(answer.statusCode()).isEqualTo(202);
    var place = answer.headers().firstValue("location").orElseThrow();
    assertThat(place).isEqualTo(DLQ + "/redrives/" + json(answer).getString("id"));
    Lab.until("all have failed again", () -> get(place).getInteger("failed") == 3);
    var done = get(place);
    assertThat(done.fieldNames())
        .containsExactly(
            "id",
            "state",
            "filter",
            "rate",
            "stop_after_failures",
            "moved",
            "failed",
            "undone",
            "remaining",
            "created_at",
            "updated_at");
    assertThat(done.getJsonObject("filter")).isEqualTo(new JsonObject().put("tenant", tenant));
    assertThat(done.getInteger("moved")).isEqualTo(3);
    assertThat(job(jobs.getFirst()).getInteger("attempt")).isEqualTo(2);
    assertThat(items(DLQ + "?tenant=" + tenant)).hasSize(3);
    Lab.until("it is done", () -> get(place).getString("state").equals("DONE"));
    assertProblem(send("POST", place + "/stop", null), 409, "redrive_ended");
    assertThat(json(send("POST", place + "/undo", "{}")).getString("state")).isEqualTo("UNDONE");
  }

  @Test
  void a_redrive_stops_when_it_is_told_to_or_when_too_much_fails() {
    var _ = Stream.generate(() -> failed(BAD)).limit(6).toList();

    var slow = json(send("POST", DLQ + "/redrive", redrive("\"rate\":0.01"))).getString("id");
    var stopped = send("POST", DLQ + "/redrives/" + slow + "/stop", null);
    assertThat(json(stopped).getString("state")).isEqualTo("STOPPED");
    assertThat(json(stopped).getInteger("remaining")).isEqualTo(6);

    var wary =
        json(send("POST", DLQ + "/redrive", redrive("\"rate\":0.5,\"stop_after_failures\":1")));
    var place = DLQ + "/redrives/" + wary.getString("id");
    Lab.until("it has ended", () -> get(place).getString("state").equals("FAILED_TOO_OFTEN"));
    assertThat(get(place).getInteger("moved")).isLessThan(6);

    assertThat(ids(items(DLQ + "/redrives?tenant=" + tenant)))
        .containsExactly(wary.getString("id"), slow);
    assertThat(paged(DLQ + "/redrives?limit=1&tenant=" + tenant))
        .containsExactly(wary.getString("id"), slow);
  }
}
