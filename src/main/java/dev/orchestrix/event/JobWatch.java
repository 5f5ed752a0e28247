package dev.orchestrix.event;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells how jobs move on: by the events of the bus at once, and, because an event may be lost, by
 * asking once a second, in one statement for all jobs that are watched. Belongs to the event loop
 * that made it, and calls its watchers there.
 */
public final class JobWatch {
  private static final Logger LOG = LoggerFactory.getLogger(JobWatch.class);
  private static final long ASK_EVERY_MILLIS = 1_000;
  private static final int MOST_AT_ONCE = 1_000;

  /** Gets to know where its job stands; the same standing may come twice, an old one too. */
  public interface Watcher {

    /**
     * @param event the transition, or nothing when this was found by asking
     */
    void stands(Standing standing, Optional<Heard> event);
  }

  private final Vertx vertx;
  private final EventFeed feed;
  private final Function<Collection<UUID>, Future<Map<UUID, Standing>>> ask;
  private final Map<UUID, Set<Watcher>> watchers = new HashMap<>();
  private boolean asking;

  /**
   * @param ask where jobs stand; unknown ones are left out
   */
  public JobWatch(
      Vertx vertx, EventFeed feed, Function<Collection<UUID>, Future<Map<UUID, Standing>>> ask) {
    this.vertx = vertx;
    this.feed = feed;
    this.ask = ask;
  }

  /**
   * Watches a job until the subscription is closed. Where it stands at the time it is ready has to
   * be read apart.
   */
  public EventFeed.Subscription watch(String tenant, UUID job, Watcher watcher) {
    var events =
        feed.ofJob(tenant, job, heard -> watcher.stands(heard.standing(), Optional.of(heard)));
    watchers.computeIfAbsent(job, _ -> new LinkedHashSet<>()).add(watcher);
    askLater();
    return events.andThen(() -> leave(job, watcher));
  }

  private void leave(UUID job, Watcher watcher) {
    var others = watchers.get(job);
    if (others != null && others.remove(watcher) && others.isEmpty()) {
      watchers.remove(job);
    }
  }

  private void askLater() {
    if (!asking && !watchers.isEmpty()) {
      asking = true;
      vertx.setTimer(ASK_EVERY_MILLIS, _ -> askAll());
    }
  }

  private void askAll() {
    var jobs = new ArrayList<>(watchers.keySet());
    var answers = new ArrayList<Future<Void>>();
    for (int from = 0; from < jobs.size(); from += MOST_AT_ONCE) {
      answers.add(askFor(jobs.subList(from, Math.min(jobs.size(), from + MOST_AT_ONCE))));
    }
    Future.join(answers)
        .onComplete(
            _ -> {
              asking = false;
              askLater();
            });
  }

  private Future<Void> askFor(List<UUID> jobs) {
    return ask.apply(jobs)
        .onSuccess(standings -> standings.forEach(this::tell))
        .onFailure(
            e ->
                LOG.atWarn()
                    .addKeyValue("jobs", jobs.size())
                    .addKeyValue("cause", e.getMessage())
                    .log("cannot ask where watched jobs stand; asking again in a second"))
        .mapEmpty();
  }

  private void tell(UUID job, Standing standing) {
    for (var watcher : List.copyOf(watchers.getOrDefault(job, Set.of()))) {
      watcher.stands(standing, Optional.empty());
    }
  }
}
