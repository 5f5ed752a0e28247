package dev.orchestrix.dispatch;

import dev.orchestrix.admission.Admission;
import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.core.limit.Reason;
import dev.orchestrix.outbox.Backlog;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.outbox.Held;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts entries that may not start yet back into Postgres: where a tenant or a priority as a whole
 * has to wait, into the backlog, whose feeder leaves that alone; all others apart, by what they
 * wait for.
 */
public final class Returns {
  private final Backlog backlog;
  private final Held held;
  private final Gates gates;

  /**
   * @param ready whose jobs wait for their start
   * @param over whose jobs have started, or have ended
   */
  record Sorted(List<Delivery> ready, List<Delivery> over) {}

  public Returns(Backlog backlog, Held held, Gates gates) {
    this.backlog = backlog;
    this.held = held;
    this.gates = gates;
  }

  /**
   * Completes after the commit; when it fails, some may be in Postgres already.
   *
   * @param takenOver whether another dispatcher had them before, and may have put some back
   */
  Future<Void> take(List<Admission.Refused> refused, boolean takenOver) {
    var back = new ArrayList<Entry>();
    var apart = new ArrayList<Held.Waiting>();
    for (var one : refused) {
      var entry = one.delivery().entry();
      switch (one.reason()) {
        case Reason.TenantRate _, Reason.PausedTenant _, Reason.PausedPriority _ -> back.add(entry);
        case Reason.TypeRate _,
            Reason.KeyRate _,
            Reason.TenantSlots _,
            Reason.TypeSlots _,
            Reason.PausedType _,
            Reason.OpenCircuit _ ->
            apart.add(new Held.Waiting(entry, one.reason()));
      }
    }
    return (back.isEmpty() ? Future.<Void>succeededFuture() : putBack(back, takenOver))
        .compose(_ -> apart.isEmpty() ? Future.succeededFuture() : held.hold(apart, takenOver));
  }

  /**
   * Of entries that another dispatcher had, and may have handed on before it died, those that can
   * still start something: any other would take tokens from those that can.
   */
  Future<Sorted> sort(List<Delivery> takenOver) {
    if (takenOver.isEmpty()) {
      return Future.succeededFuture(new Sorted(List.of(), List.of()));
    }
    return backlog
        .stillReady(takenOver.stream().map(Delivery::entry).toList())
        .map(
            ready -> {
              var sorted = new Sorted(new ArrayList<>(), new ArrayList<>());
              for (int i = 0; i < takenOver.size(); i++) {
                (ready.contains(i) ? sorted.ready() : sorted.over()).add(takenOver.get(i));
              }
              return sorted;
            });
  }

  private Future<Void> putBack(List<Entry> entries, boolean takenOver) {
    return backlog.putBack(entries, takenOver).onSuccess(_ -> gates.returned(entries));
  }
}
