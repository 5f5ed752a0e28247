package dev.orchestrix.event;

import static dev.orchestrix.testkit.Lab.await;
import static dev.orchestrix.testkit.Lab.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.Events;
import dev.orchestrix.bus.JobEvent;
import dev.orchestrix.core.job.Decision;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.query.JobQueries;
import dev.orchestrix.redis.TimerSet;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.transition.Claims;
import dev.orchestrix.transition.Ending;
import dev.orchestrix.transition.Endings;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class HearingOfJobsIT {
  @RegisterExtension static final Lab LAB = new Lab();

  private final List<EventFeed.Subscription> places = new ArrayList<>();
  private Events events;
  private EventFeed feed;
  private JobWatch watch;

  @BeforeEach
  void prepare() {
    events = new Events(LAB.vertx(), Set::of);
    var jobs = new JobQueries(LAB.postgres());
    feed = LAB.inOneTurn(() -> new EventFeed(LAB.vertx(), events::listening));
    watch = LAB.inOneTurn(() -> new JobWatch(LAB.vertx(), feed, jobs::standings));
  }

  @AfterEach
  void leave() {
    places.forEach(HearingOfJobsIT::close);
  }

  @Test
  void a_listener_hears_the_events_of_its_tenant_and_of_no_other() {
    var heard = new ConcurrentLinkedQueue<UUID>();
    var _ = listen(() -> feed.ofTenant("mine", event -> heard.add(event.id())));
    var first = published("mine");
    var _ = published("others");
    var last = published("mine");

    until("the last is heard", () -> heard.contains(last));
    assertThat(heard).containsExactly(first, last);
  }

  @Test
  void a_listener_to_one_job_hears_nothing_of_others() {
    var job = new UUID(7, 1);
    var heard = new ConcurrentLinkedQueue<Heard>();
    var _ = listen(() -> feed.ofJob("mine", job, heard::add));
    var _ = published("mine");
    publish("mine", job, JobState.RUNNING);

    until("it is heard", () -> !heard.isEmpty());
    assertThat(heard).extracting(Heard::id).containsExactly(job);
    assertThat(heard.element().standing()).isEqualTo(new Standing(JobState.RUNNING, 1));
    assertThat(new JsonObject(heard.element().text()).getString("state")).isEqualTo("RUNNING");
  }

  @Test
  void who_has_left_hears_no_more() {
    var left = new ConcurrentLinkedQueue<Heard>();
    var stays = new ConcurrentLinkedQueue<Heard>();
    var _ = listen(() -> feed.ofTenant("mine", stays::add));
    var place = listen(() -> feed.ofTenant("mine", left::add));
    close(place);
    close(place);

    var _ = published("mine");

    until("the other hears it", () -> !stays.isEmpty());
    assertThat(left).isEmpty();
  }

  @Test
  void what_is_no_event_is_passed_over() {
    var heard = new ConcurrentLinkedQueue<UUID>();
    var _ = listen(() -> feed.ofTenant("mine", event -> heard.add(event.id())));
    for (var foreign : List.of("{}", "{\"state\":7}", "{\"state\":\"RUNNING\",\"id\":\"x\"}")) {
      LAB.vertx().eventBus().publish(Addresses.events("mine"), new JsonObject(foreign));
    }
    var event = published("mine");

    until("it is heard", () -> !heard.isEmpty());
    assertThat(heard).containsExactly(event);
  }

  @Test
  void events_are_wanted_from_the_moment_somebody_listens() {
    assertThat(events.wanted("mine")).isFalse();
    var _ = listen(() -> feed.ofTenant("mine", _ -> {}));
    assertThat(events.wanted("mine")).isTrue();
    assertThat(events.wanted("others")).isFalse();
  }

  @Test
  void the_end_of_an_attempt_is_heard() {
    var heard = new ConcurrentLinkedQueue<Heard>();
    var _ = listen(() -> feed.ofTenant("default", heard::add));
    var job = ended();

    until("it is heard", () -> !heard.isEmpty());
    var event = new JsonObject(heard.element().text());
    assertThat(event.getString("id")).isEqualTo(job.toString());
    assertThat(event.getString("previous")).isEqualTo("RUNNING");
    assertThat(event.getString("state")).isEqualTo("SUCCEEDED");
    assertThat(event.getInteger("attempt")).isEqualTo(1);
  }

  @Test
  void who_watches_a_job_is_told_of_its_transitions() {
    var job = new UUID(7, 1);
    var told = new ConcurrentLinkedQueue<Standing>();
    JobWatch.Watcher watcher = (standing, event) -> event.ifPresent(_ -> told.add(standing));
    var _ = listen(() -> watch.watch("mine", job, watcher));
    publish("mine", job, JobState.RUNNING);
    var _ = published("mine");
    publish("mine", job, JobState.SUCCEEDED);

    until("the end is told", () -> told.size() > 1);
    assertThat(told)
        .containsExactly(new Standing(JobState.RUNNING, 1), new Standing(JobState.SUCCEEDED, 1));
  }

  @Test
  void a_lost_event_is_found_by_asking() {
    var jobs = LAB.ready(2);
    var lost = jobs.get(0).entry().id();
    var asked = new ConcurrentLinkedQueue<Standing>();
    JobWatch.Watcher watcher =
        (standing, event) -> {
          if (event.isEmpty()) {
            asked.add(standing);
          }
        };
    var _ = listen(() -> watch.watch("default", lost, watcher));
    var _ = LAB.rows("update jobs set state = 'CANCELLED', attempt = 2 where id = $1", lost);

    var end = new Standing(JobState.CANCELLED, 2);
    until("the end is found", () -> asked.contains(end));
    assertThat(asked).allMatch(one -> one.equals(end) || end.isAfter(one));
  }

  @Test
  void who_watches_no_more_is_not_told_what_asking_finds() {
    var job = LAB.ready(1).getFirst().entry().id();
    var left = new ConcurrentLinkedQueue<Standing>();
    var stays = new ConcurrentLinkedQueue<Standing>();
    var _ = listen(() -> watch.watch("default", job, (one, _) -> stays.add(one)));
    var place = listen(() -> watch.watch("default", job, (one, _) -> left.add(one)));
    close(place);
    left.clear();

    stays.clear();
    until("the other is told", () -> !stays.isEmpty());
    assertThat(left).isEmpty();
  }

  /** Takes a place on the event loop that the feed belongs to, and waits until it hears. */
  private EventFeed.Subscription listen(Supplier<EventFeed.Subscription> place) {
    var taken = LAB.inOneTurn(place);
    places.add(taken);
    await(taken.ready());
    return taken;
  }

  private static void close(EventFeed.Subscription place) {
    var _ =
        LAB.inOneTurn(
            () -> {
              place.close();
              return true;
            });
  }

  private UUID published(String tenant) {
    var id = UUID.randomUUID();
    publish(tenant, id, JobState.PENDING);
    return id;
  }

  private void publish(String tenant, UUID job, JobState state) {
    events.publish(new JobEvent(job, tenant, "noop", state, null, 1, Instant.now(), null));
  }

  private UUID ended() {
    LAB.node(7);
    var execute = LAB.settings().execute();
    var claims = new Claims(LAB.vertx(), LAB.postgres(), LAB.meters(), execute, 7);
    var endings =
        new Endings(
            LAB.vertx(),
            LAB.postgres(),
            new TimerSet(LAB.redis()),
            new Gates(LAB.vertx()),
            events,
            LAB.meters(),
            execute);
    var job = await(claims.claim(LAB.ready(1))).getFirst();
    var end = new Ending(job, Decision.SUCCEEDED, null, null, null, null);
    assertThat(await(endings.end(end))).isTrue();
    return job.id();
  }
}
