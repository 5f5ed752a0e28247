package dev.orchestrix.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Lab;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Failed jobs, one by one. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class AnsweringForFailedJobsIT extends FailedJobsOverHttp {

  @Test
  void a_failed_job_has_a_letter_with_what_its_errors_say() {
    var id = failed(BAD);

    var letter = items(DLQ + "?tenant=" + tenant).getFirst();

    var error = job(id).getJsonArray("errors").getJsonObject(0);
    assertThat(letter.fieldNames())
        .containsExactly("id", "tenant", "type", "category", "fingerprint", "message", "failed_at");
    assertThat(letter.getString("id")).isEqualTo(id);
    assertThat(letter.getString("tenant")).isEqualTo(tenant);
    assertThat(letter.getString("type")).isEqualTo("sleep");
    assertThat(letter.getString("category")).isEqualTo(error.getString("category"));
    assertThat(letter.getString("message")).isEqualTo(error.getString("message"));
    assertThat(letter.getString("fingerprint")).isEqualTo(error.getString("fingerprint"));
    assertThat(letter.getInstant("failed_at")).isEqualTo(job(id).getInstant("finished_at"));
  }

  @Test
  void letters_are_listed_newest_first_in_pages_and_by_what_they_have() {
    var jobs = Stream.generate(() -> failed(BAD)).limit(5).toList();
    var unknown = failedOfType("nobody.knows", BAD);

    assertThat(paged(DLQ + "?limit=2&tenant=" + tenant + "&type=sleep"))
        .containsExactlyElementsOf(jobs.reversed());
    assertThat(ids(items(DLQ + "?tenant=" + tenant + "&category=NO_HANDLER")))
        .containsExactly(unknown);
    var fingerprint = items(DLQ + "?tenant=" + tenant).getFirst().getString("fingerprint");
    assertThat(ids(items(DLQ + "?tenant=" + tenant + "&fingerprint=" + fingerprint)))
        .containsExactly(unknown);
    assertThat(items(DLQ + "?tenant=" + tenant + "&type=other")).isEmpty();
  }

  @Test
  void letters_are_grouped_by_cause_the_most_frequent_first() {
    var jobs = Stream.generate(() -> failed(BAD)).limit(3).toList();
    var unknown = failedOfType("nobody.knows", BAD);

    var answer = json(send("GET", DLQ + "/groups?tenant=" + tenant, null));

    assertThat(answer.getLong("letters")).isEqualTo(4);
    assertThat(answer.getBoolean("complete")).isTrue();
    var groups = objects(answer.getJsonArray("items"));
    assertThat(groups).hasSize(2);
    assertThat(groups.getFirst().getInteger("count")).isEqualTo(3);
    assertThat(groups.getFirst().getString("sample_job")).isEqualTo(jobs.getLast());
    assertThat(groups.getFirst().getInstant("first_failed_at"))
        .isEqualTo(job(jobs.getFirst()).getInstant("finished_at"));
    assertThat(groups.get(1).getString("sample_job")).isEqualTo(unknown);
    assertThat(groups.get(1).getString("sample_message")).contains("nobody.knows");
    var some = DLQ + "/groups?tenant=" + tenant;
    assertThat(items(some + "&category=NO_HANDLER")).hasSize(1);
    assertThat(items(some + "&limit=1")).hasSize(1);
    assertThat(items(some + "&type=none")).isEmpty();
  }

  @Test
  void a_letter_retried_with_another_payload_runs_with_it() {
    var id = failed(BAD);

    var answer = send("POST", DLQ + "/" + id + "/retry", "{\"payload\":" + GOOD + "}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(json(answer).getString("state")).isEqualTo("PENDING");
    assertThat(json(answer).getInteger("attempt")).isEqualTo(1);
    var ended = ended(id);
    assertThat(ended.getString("state")).isEqualTo("SUCCEEDED");
    assertThat(ended.getInteger("attempt")).isEqualTo(2);
    assertThat(ended.getJsonObject("payload")).isEqualTo(new JsonObject(GOOD));
    assertThat(ended.getJsonArray("errors")).hasSize(1);
    assertThat(items(DLQ + "?tenant=" + tenant)).isEmpty();
    assertThat(send("GET", "/metrics", null).body())
        .contains("orchestrix_jobs_revived_total{tenant=\"" + tenant + "\",type=\"sleep\"} 1");
  }

  @Test
  void a_letter_retried_as_it_is_fails_as_before() {
    var id = failed(BAD);

    assertThat(send("POST", DLQ + "/" + id + "/retry", null).statusCode()).isEqualTo(200);

    Lab.until("it has failed again", () -> job(id).getJsonArray("errors").size() == 2);
    assertThat(ids(items(DLQ + "?tenant=" + tenant))).containsExactly(id);
  }

  @Test
  void only_what_has_failed_is_retried() {
    var id = submit("sleep", GOOD);
    var _ = ended(id);

    var answer = send("POST", "/api/v1/jobs/" + id + "/retry", null);

    assertProblem(answer, 409, "not_failed");
    assertThat(json(answer).getString("state")).isEqualTo("SUCCEEDED");
    assertProblem(send("POST", DLQ + "/" + id + "/retry", null), 404, "unknown_dead_letter");
    assertProblem(send("POST", "/api/v1/jobs/" + NOBODY + "/retry", null), 404, "unknown_job");
  }

  @Test
  void of_two_who_retry_a_job_at_once_one_is_told_that_the_other_was_first() {
    for (int round = 0; round < 10; round++) {
      var path = "/api/v1/jobs/" + failed(BAD) + "/retry";
      var body = "{\"payload\":{\"duration\":\"1h\"}}";
      var both =
          Stream.of(path, path)
              .map(it -> CompletableFuture.supplyAsync(() -> send("POST", it, body)))
              .toList();

      assertThat(both.stream().map(it -> it.join().statusCode()))
          .containsExactlyInAnyOrder(200, 409);
    }
  }

  @Test
  void a_discarded_letter_is_gone_and_its_job_stays_failed_until_it_is_retried() {
    var id = failed(BAD);

    assertThat(send("DELETE", DLQ + "/" + id, null).statusCode()).isEqualTo(200);

    assertThat(items(DLQ + "?tenant=" + tenant)).isEmpty();
    assertThat(job(id).getString("state")).isEqualTo("FAILED");
    assertProblem(send("DELETE", DLQ + "/" + id, null), 404, "unknown_dead_letter");
    assertProblem(send("POST", DLQ + "/" + id + "/retry", null), 404, "unknown_dead_letter");
    var again = send("POST", "/api/v1/jobs/" + id + "/retry", "{\"payload\":" + GOOD + "}");
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(ended(id).getString("state")).isEqualTo("SUCCEEDED");
  }

  @Test
  void what_means_nothing_is_refused() {
    assertProblem(send("GET", DLQ + "?limit=0", null), 400, "invalid_parameter");
    assertProblem(send("GET", DLQ + "?cursor=x", null), 400, "invalid_parameter");
    assertProblem(send("GET", DLQ + "?fingerprint=x", null), 400, "invalid_parameter");
    assertProblem(send("GET", DLQ + "?state=FAILED", null), 400, "unknown_parameter");
    assertProblem(send("GET", DLQ + "/groups?cursor=x", null), 400, "unknown_parameter");
    assertProblem(send("POST", DLQ + "/x/retry", null), 400, "invalid_id");
    assertProblem(send("DELETE", DLQ + "/x", null), 400, "invalid_id");
    assertProblem(send("POST", DLQ + "/" + NOBODY + "/retry?x=1", null), 400, "unknown_parameter");
    assertProblem(send("POST", DLQ + "/" + NOBODY + "/retry", "{\"a\":1}"), 422, "unknown_field");
    assertProblem(send("POST", DLQ + "/" + NOBODY + "/retry", "{"), 400, "invalid_json");
    assertProblem(send("POST", DLQ + "/redrive", null), 400, "empty_body");
    assertProblem(send("POST", DLQ + "/redrive", "{}"), 422, "required");
    assertProblem(
        send("POST", DLQ + "/redrive", "{\"filter\":{\"tenant\":\"nobody\"}}"),
        422,
        "unknown_tenant");
    assertProblem(send("GET", DLQ + "/redrives/" + NOBODY, null), 404, "unknown_redrive");
    assertProblem(
        send("POST", DLQ + "/redrives/" + NOBODY + "/stop", null), 404, "unknown_redrive");
    assertProblem(
        send("POST", DLQ + "/redrives/" + NOBODY + "/undo", null), 404, "unknown_redrive");
    assertProblem(
        send("POST", DLQ + "/redrives/" + NOBODY + "/undo", "{\"a\":1}"), 422, "unknown_field");
    assertProblem(send("POST", DLQ, "{}"), 405, "method_not_allowed");
  }
}
