package dev.orchestrix.admission;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.bus.Marks;
import dev.orchestrix.circuit.Circuit;
import dev.orchestrix.circuit.Circuits;
import dev.orchestrix.core.limit.Reason;
import dev.orchestrix.redis.Answers;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.redis.Script;
import dev.orchestrix.tenant.Pauses;
import dev.orchestrix.tenant.Rules;
import dev.orchestrix.tenant.Tenants;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides for a batch of entries which may start now. */
public final class Admission {
  private final RedisLink redis;
  private final Tenants tenants;
  private final Pauses pauses;
  private final Circuits circuits;
  private final Needs needs;

  public Admission(RedisLink redis, Rules rules, Circuits circuits) {
    this.redis = redis;
    this.tenants = rules.tenants();
    this.pauses = rules.pauses();
    this.circuits = circuits;
    this.needs = new Needs(rules);
  }

  /**
   * What becomes of a batch.
   *
   * @param admitted may start now
   * @param parked wait in Redis for tokens that are due soon, or for a slot
   * @param refused must wait in Postgres
   */
  public record Verdict(List<Delivery> admitted, List<Delivery> parked, List<Refused> refused) {}

  /**
   * An entry that must wait in Postgres.
   *
   * @param reason for what
   */
  public record Refused(Delivery delivery, Reason reason) {}

  /**
   * Entries that hold all they need already, and those that are under no limit, ask nobody. A
   * tenant that is stopped starts nothing, whatever an entry holds.
   *
   * @return fails when Redis did not answer: the entries stay pending on their streams
   */
  public Future<Verdict> ask(List<Delivery> deliveries, boolean again) {
    var asked = new Question();
    var verdict =
        new Verdict(new ArrayList<>(deliveries.size()), new ArrayList<>(0), new ArrayList<>(0));
    for (var delivery : deliveries) {
      var entry = delivery.entry();
      var needed = lacking(delivery, again);
      var halted = halted(entry);
      if (halted != null) {
        verdict.refused().add(new Refused(delivery, halted));
      } else if (needed.isEmpty()) {
        verdict.admitted().add(delivery);
      } else {
        asked.add(delivery, needed);
      }
    }
    return asked.isEmpty()
        ? Future.succeededFuture(verdict)
        : redis
            .run(Script.ADMIT, asked.keys(), asked.arguments())
            .map(answer -> add(asked, answer, verdict));
  }

  /**
   * All that it needs, whatever it holds of that, or nothing if it may begin. What is on the
   * admitted stream and says nothing of what it holds was admitted a moment ago, and only lacked a
   * slot of an executor.
   */
  private List<Need> lacking(Delivery delivery, boolean again) {
    boolean admitted = delivery.stream() == 0 && delivery.entry().paid().isEmpty();
    return admitted && !again ? List.of() : needs.of(delivery.entry());
  }

  /** Why it must not start, whatever it has; null if it may. */
  private @Nullable Reason halted(Entry entry) {
    if (tenants.share(entry.tenant()) == 0) {
      return new Reason.TenantRate(entry.tenant());
    }
    var paused = pauses.none() ? null : paused(entry);
    return paused == null && !circuits.none() ? open(entry.marks()) : paused;
  }

  private @Nullable Reason paused(Entry entry) {
    if (pauses.tenant(entry.tenant())) {
      return new Reason.PausedTenant(entry.tenant());
    }
    if (pauses.priority(entry.priority())) {
      return new Reason.PausedPriority(entry.priority().label());
    }
    var marks = entry.marks();
    return marks != null && pauses.type(marks.type()) ? new Reason.PausedType(marks.type()) : null;
  }

  /** A circuit of what a job calls is found by its executor, which has the payload. */
  private @Nullable Reason open(@Nullable Marks marks) {
    if (marks == null) {
      return null;
    }
    var circuit = Circuit.ofType(marks.type());
    return circuits.refuses(circuit) ? new Reason.OpenCircuit(circuit) : null;
  }

  private static Verdict add(Question asked, @Nullable Response answer, Verdict verdict) {
    int at = 0;
    for (var delivery : asked.deliveries()) {
      long decided = Answers.number(answer, at++);
      if (decided == 0) {
        verdict.admitted().add(delivery);
      } else if (decided > 0) {
        verdict.parked().add(delivery);
      } else {
        verdict.refused().add(new Refused(delivery, asked.reason((int) -decided)));
      }
    }
    return verdict;
  }
}
