package dev.orchestrix.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Api;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.LaneWatch;
import dev.orchestrix.testkit.Moves;
import dev.orchestrix.testkit.Nodes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes are processes here, and one of them may be killed. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SharingSlotsByAKeyIT {
  @RegisterExtension static final Lab lab = new Lab();

  @SuppressWarnings("NullAway.Init")
  private static LaneWatch watch;

  @SuppressWarnings("NullAway.Init")
  private static Moves moves;

  @RegisterExtension final Nodes nodes = Nodes.beside(lab);

  @BeforeAll
  static void record() {
    watch = LaneWatch.in(lab);
    moves = Moves.recordedIn(lab);
  }

  @Test
  void never_more_run_than_may_though_the_leader_is_killed_and_no_slot_is_lost() {
    limit("three", 3);
    limit("group:*", 5);
    var leader = nodes.start();
    var other = nodes.start();
    var naps = new ArrayList<String>();
    for (var key : List.of("one", "three", "group:a", "group:b")) {
      naps.addAll(Collections.nCopies(key.equals("one") ? 50 : 250, nap(key, "20ms")));
      naps.addAll(Collections.nCopies(3, nap(key, "1s")));
    }
    Collections.shuffle(naps, new java.util.Random(4));
    other.api().submitAll(naps);
    Lab.until("a third has ended", () -> count("SUCCEEDED") > naps.size() / 3);
    Lab.until("the leader runs some", () -> runningOn(leader.number()) > 1);

    leader.process().kill();

    Lab.until("all have succeeded", () -> count("SUCCEEDED") == naps.size());
    assertThat(watch.most("one")).isEqualTo(1);
    assertThat(watch.most("three")).isEqualTo(3);
    assertThat(watch.most("group:a")).isEqualTo(5);
    assertThat(watch.most("group:b")).isEqualTo(5);
    assertThat(moves.count("RUNNING", "PENDING")).isPositive();
    assertThat(moves.forbidden()).isEmpty();
    Lab.until("no place is left", () -> lab.rows("select from lanes").isEmpty());
  }

  @Test
  void a_leader_that_is_stopped_holds_nobody_up_for_long_and_runs_nothing_beside_others_later() {
    var leader = nodes.start();
    var other = nodes.start();
    other.api().submitAll(Collections.nCopies(400, nap("stopped", "5ms")));
    Lab.until("some have ended", () -> count("SUCCEEDED") > 100);

    leader.process().freeze();
    Lab.until("three quarters have ended", () -> count("SUCCEEDED") > 300);
    leader.process().thaw();

    Lab.until("all have succeeded", () -> count("SUCCEEDED") == 400);
    assertThat(watch.most("stopped")).isEqualTo(1);
    assertThat(moves.forbidden()).isEmpty();
  }

  @Test
  void with_one_slot_jobs_start_in_the_order_in_which_they_were_submitted_retries_included() {
    var first = nodes.start();
    var second = nodes.start();
    var ids = new ArrayList<String>();

    for (int batch = 0; batch < 10; batch++) {
      var api = batch % 2 == 0 ? first.api() : second.api();
      ids.addAll(api.submitAll(quickAndSome(100)));
    }

    Lab.until("all have ended", () -> ended() == ids.size());
    var starts = watch.starts("ordered");
    assertThat(watch.most("ordered")).isEqualTo(1);
    assertThat(starts).hasSizeGreaterThan(ids.size());
    assertThat(starts.stream().distinct().toList()).isEqualTo(ids);
    assertThat(starts).isSortedAccordingTo((one, other) -> place(ids, one) - place(ids, other));
  }

  @Test
  void a_limit_is_changed_while_jobs_run() {
    limit("changed", 2);
    var node = nodes.start();
    var ids = node.api().submitAll(Collections.nCopies(20, nap("changed", "1h")));
    Lab.until("two run", () -> watch.running("changed") == 2);

    put(node.api(), 6);
    Lab.until("six run", () -> watch.running("changed") == 6);
    put(node.api(), 0);
    ids.subList(0, 6).forEach(id -> node.api().call("DELETE", "/api/v1/jobs/" + id));
    Lab.until("none runs", () -> watch.running("changed") == 0);
    var _ = lab.rows("update lane_watch set most = 0");
    put(node.api(), 1);
    Lab.until("some have run", () -> watch.most("changed") > 0);

    assertThat(watch.most("changed")).isEqualTo(1);
  }

  private static void put(Api api, int running) {
    var _ =
        api.put(
            "/api/v1/limits/concurrency_key/changed?tenant=default",
            "{\"running\": " + running + "}");
  }

  private static int place(List<String> ids, String id) {
    return ids.indexOf(id);
  }

  /** One in fifty runs into its timeout, is tried again, and fails. */
  private static List<String> quickAndSome(int count) {
    var quick = "{\"type\": \"noop\", \"concurrency_key\": \"ordered\"}";
    var slow =
        """
        {"type": "sleep", "payload": {"duration": "1h"}, "timeout": "100ms",\
         "concurrency_key": "ordered",\
         "retry": {"max_attempts": 2, "policy": "fixed", "initial": "100ms"}}\
        """;
    return IntStream.range(0, count).mapToObj(i -> i % 50 == 7 ? slow : quick).toList();
  }

  private static void limit(String key, int running) {
    var _ =
        lab.rows(
            """
            insert into limits (kind, tenant, name, running, strategy)
            values ('concurrency_key', 'default', $1, $2, 'queue')
            """,
            key,
            running);
  }

  private static String nap(String key, String duration) {
    return "{\"type\": \"sleep\", \"payload\": {\"duration\": \"%s\"}, \"concurrency_key\": \"%s\"}"
        .formatted(duration, key);
  }

  private static long count(String state) {
    return lab.number("select count(*) from jobs where state::text = $1", state);
  }

  private static long ended() {
    return lab.number("select count(*) from jobs where finished_at is not null");
  }

  private static long runningOn(int node) {
    return lab.number("select count(*) from jobs where state = 'RUNNING' and node = $1", node);
  }
}
