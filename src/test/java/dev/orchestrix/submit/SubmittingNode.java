package dev.orchestrix.submit;

import dev.orchestrix.bus.Events;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.outbox.Relay;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.redis.Streams;
import dev.orchestrix.redis.TimerSet;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Unlimited;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What of a node takes jobs in, with connections of its own. */
final class SubmittingNode implements AutoCloseable {
  private final Postgres postgres;
  private final Submissions submissions;

  SubmittingNode(Lab lab, int number) {
    this(lab, number, SharedSlots.oneEach(lab));
  }

  SubmittingNode(Lab lab, int number, Lanes lanes) {
    var vertx = lab.vertx();
    postgres = Postgres.connect(vertx, lab.settings().postgres());
    var gates = new Gates(vertx);
    var streams = new Streams(lab.redis(), new RedisLink(vertx, lab.settings().redis()));
    submissions =
        new Submissions(
            vertx,
            postgres,
            gates,
            new Relay(vertx, postgres, streams, gates, lab.meters(), Unlimited.marking(lab)),
            new TimerSet(lab.redis()),
            new Events(vertx, Set::of),
            lab.meters(),
            lanes,
            lab.settings().submit(),
            lab.settings().idempotency(),
            number);
  }

  Future<Submitted> send(NewJob job) {
    return submissions.submit(job);
  }

  Submitted submit(NewJob job) {
    return Lab.await(send(job));
  }

  /** Sends jobs to nodes by turns, all at once. */
  static List<Submitted> race(List<NewJob> jobs, SubmittingNode... nodes) {
    var answers = new ArrayList<Future<Submitted>>();
    for (int i = 0; i < jobs.size(); i++) {
      answers.add(nodes[i % nodes.length].send(jobs.get(i)));
    }
    return answers.stream().map(Lab::await).toList();
  }

  @Override
  public void close() {
    var _ = Lab.await(postgres.close());
  }
}
