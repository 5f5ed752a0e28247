package dev.orchestrix.execute;

import dev.orchestrix.circuit.Breakers;
import dev.orchestrix.circuit.Circuit;
import dev.orchestrix.circuit.Circuits;
import dev.orchestrix.config.Settings;
import dev.orchestrix.core.failure.EngineException;
import dev.orchestrix.core.job.Outcome;
import dev.orchestrix.transition.ClaimedJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets attempts begin whose circuits allow it, and tells the circuits how they have ended. An
 * attempt has up to two: that of its type, and that of what its payload names.
 */
public final class CircuitGuard {
  private static final Logger LOG = LoggerFactory.getLogger(CircuitGuard.class);
  private static final String ANY = "*";

  private final Circuits circuits;
  private final Breakers breakers;
  private final boolean destinations;
  private final boolean everyType;
  private final Set<String> types;

  /** Attempts under way whose end somebody wants to know. */
  private final Map<UUID, List<Part>> watched = new ConcurrentHashMap<>();

  private record Part(String circuit, boolean probe) {}

  public CircuitGuard(Circuits circuits, Breakers breakers, Settings.Circuit settings) {
    this.circuits = circuits;
    this.breakers = breakers;
    this.destinations = settings.destinations();
    this.everyType = settings.types().contains(ANY);
    this.types = Set.copyOf(settings.types());
  }

  /** On the attempt's thread, which may wait for Postgres: why it must not begin, or nothing. */
  Optional<Outcome> before(ClaimedJob job, JobHandler handler) {
    var ofType = measures(job.type()) ? Circuit.ofType(job.type()) : null;
    var ofDestination = destinations ? destination(job, handler) : null;
    if (circuits.none() && ofType == null && ofDestination == null) {
      return Optional.empty();
    }
    var parts = new ArrayList<Part>(2);
    var held = enter(Circuit.ofType(job.type()), ofType != null, job, parts);
    if (held.isEmpty() && ofDestination != null) {
      held = enter(ofDestination, true, job, parts);
    }
    if (held.isPresent()) {
      probesEnd(parts, job);
    } else if (!parts.isEmpty()) {
      watched.put(job.id(), parts);
    }
    return held;
  }

  /** Has what an attempt came to counted. */
  void after(ClaimedJob job, Outcome outcome, Duration took) {
    var parts = watched.isEmpty() ? null : watched.remove(job.id());
    if (parts == null) {
      return;
    }
    for (var part : parts) {
      if (part.probe) {
        breakers.decide(part.circuit, job.id(), outcome);
      } else {
        breakers.record(part.circuit, outcome, took);
      }
    }
  }

  private boolean measures(String type) {
    return everyType || types.contains(type);
  }

  private Optional<Outcome> enter(
      String circuit, boolean measured, ClaimedJob job, List<Part> parts) {
    var entry = circuits.none() ? Circuits.Entry.FREE : entry(circuit, job);
    return switch (entry) {
      case NONE -> Optional.of(new Outcome.Held(circuit));
      case FREE -> {
        if (measured) {
          parts.add(new Part(circuit, false));
        }
        yield Optional.empty();
      }
      case PROBE -> {
        parts.add(new Part(circuit, true));
        yield Optional.empty();
      }
    };
  }

  /** Where nobody can say, it waits: somebody will be asked again when it is let go. */
  private Circuits.Entry entry(String circuit, ClaimedJob job) {
    try {
      return circuits.enter(circuit, job.id()).await();
    } catch (EngineException unknown) {
      LOG.atDebug().addKeyValue("job", job.id()).log("held: {}", unknown.getMessage());
      return Circuits.Entry.NONE;
    }
  }

  /** What was to probe one circuit waits for another. */
  private void probesEnd(List<Part> parts, ClaimedJob job) {
    for (var part : parts) {
      if (part.probe) {
        breakers.decide(part.circuit, job.id(), new Outcome.Interrupted());
      }
    }
  }

  private static @Nullable String destination(ClaimedJob job, JobHandler handler) {
    try {
      var named = handler.destination(job.payload());
      return named == null ? null : handler.type() + ":" + named;
    } catch (RuntimeException broken) {
      LOG.atWarn()
          .addKeyValue("job", job.id())
          .log("the handler of type {} cannot tell its destination", job.type(), broken);
      return null;
    }
  }
}
