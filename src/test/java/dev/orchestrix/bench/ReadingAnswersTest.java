package dev.orchestrix.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ReadingAnswersTest {
  private static final String FIRST = "019ae000-0000-7000-8000-000000000001";
  private static final String SECOND = "019ae000-0000-7000-8000-000000000002";
  private static final String THIRD = "019ae000-0000-7000-9000-000000000003";

  @Test
  void a_batch_answer_tells_how_many_and_the_range_of_their_ids() {
    var body =
        new JsonObject()
            .put("accepted", 3)
            .put("rejected", new JsonArray())
            .put("ids", new JsonArray().add(SECOND).add(THIRD).add(FIRST));

    assertThat(BatchAnswer.parse(body.encode())).isEqualTo(new BatchAnswer(3, FIRST, THIRD));
  }

  @Test
  void answers_add_up() {
    var one = new BatchAnswer(2, FIRST, SECOND);
    var other = new BatchAnswer(1, THIRD, THIRD);

    assertThat(one.and(other)).isEqualTo(new BatchAnswer(3, FIRST, THIRD));
    assertThat(other.and(one)).isEqualTo(new BatchAnswer(3, FIRST, THIRD));
  }

  @Test
  void an_answer_without_accepted_jobs_is_a_failure() {
    var rejected = "{\"accepted\":0,\"rejected\":[{\"index\":0,\"code\":\"bad\"}],\"ids\":[]}";

    assertThatThrownBy(() -> BatchAnswer.parse(rejected))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("\"code\":\"bad\"");
  }

  @Test
  void a_counter_is_summed_over_its_labels_and_nothing_else() {
    var text =
        """
        # HELP jobs_total Jobs, see jobs_total
        # TYPE jobs_total counter
        jobs_total{tenant="a",type="noop"} 40.0
        jobs_total{tenant="b",type="jobs_total "} 2.0
        jobs_total_created{tenant="b"} 1.7E9
        other_jobs_total 5.0
        """;

    assertThat(Scrape.sum(text, "jobs_total")).isEqualTo(42);
    assertThat(Scrape.sum(text, "other_jobs_total")).isEqualTo(5);
    assertThat(Scrape.sum(text, "absent_total")).isZero();
  }

  @Test
  void a_run_file_tells_the_addresses() {
    var text =
        """
        {"pid": 7, "http": "http://127.0.0.1:8080",
         "postgres": "postgresql://user:secret@127.0.0.1:5432/jobs", "redis": "redis://127.0.0.1:6379"}
        """;

    var target = Target.parse(text);

    assertThat(target.needHttp()).isEqualTo(URI.create("http://127.0.0.1:8080"));
    assertThat(target.needPostgres().getPort()).isEqualTo(5432);
    assertThat(target.needRedis().getPort()).isEqualTo(6379);
  }

  @Test
  void the_first_start_of_a_job_counts() {
    var events = new StartEvents();
    var noon = Instant.parse("2026-01-01T12:00:00.000123Z");

    events.line("event: job");
    events.line("data: {\"id\":\"" + FIRST + "\",\"state\":\"RUNNING\",\"at\":\"" + noon + "\"}");
    events.line("data: {\"id\":\"" + FIRST + "\",\"at\":\"" + noon.plusSeconds(1) + "\"}");

    assertThat(events.startedAt(FIRST)).isEqualTo(PacedLoad.epochNanos(noon));
    assertThat(events.missing(Map.of(FIRST, 1, SECOND, 2))).isEqualTo(1);
  }

  @Test
  void one_line_of_what_redis_says_about_itself() {
    var info = "# Server\r\nredis_version:6.2.11\r\nused_memory:1048576\r\n";

    assertThat(Conditions.field(info, "used_memory")).isEqualTo("1048576");
    assertThat(Conditions.field(info, "aof_enabled")).isEqualTo("unknown");
  }
}
