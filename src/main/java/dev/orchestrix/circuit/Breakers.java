package dev.orchestrix.circuit;

import dev.orchestrix.config.Settings;
import dev.orchestrix.core.job.ErrorCategory;
import dev.orchestrix.core.job.Outcome;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node has seen of each circuit lately: outcomes of its own attempts, measured by a
 * library. When too many have failed, or were slow, the circuit is opened for all nodes.
 */
public final class Breakers {
  private static final Logger LOG = LoggerFactory.getLogger(Breakers.class);
  private static final Duration NEVER_SLOW = Duration.ofDays(365);

  /** Whoever submits jobs chooses destinations: what was used longest ago is forgotten. */
  private static final int MOST = 1000;

  private final Circuits circuits;
  private final CircuitBreakerConfig config;
  private final Map<String, CircuitBreaker> breakers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, CircuitBreaker> eldest) {
          return size() > MOST;
        }
      };

  /** What an outcome says about what the job depends on. */
  private enum Sign {
    WORKS,
    FAILS,
    NOTHING
  }

  public Breakers(Circuits circuits, Settings.Circuit settings) {
    this.circuits = circuits;
    this.config = config(settings);
    circuits.onClosed(this::reset);
  }

  /** Puts down how an attempt has ended that was free to start. From any thread. */
  public void record(String name, Outcome outcome, Duration took) {
    var sign = sign(outcome);
    if (sign == Sign.NOTHING || circuits.find(name).isPresent()) {
      return;
    }
    var breaker = breaker(name);
    if (sign == Sign.WORKS) {
      breaker.onSuccess(took.toNanos(), TimeUnit.NANOSECONDS);
    } else {
      breaker.onError(took.toNanos(), TimeUnit.NANOSECONDS, new Failure());
    }
    if (breaker.getState() == CircuitBreaker.State.OPEN) {
      open(name, breaker);
    }
  }

  /** Has the outcome of a probe decide. From any thread. */
  public void decide(String name, UUID probe, Outcome outcome) {
    var decided =
        switch (sign(outcome)) {
          case WORKS -> circuits.passed(name, probe);
          case FAILS -> circuits.failed(name, probe, said(outcome));
          case NOTHING -> circuits.saidNothing(name, probe);
        };
    decided.onFailure(
        e ->
            LOG.atWarn()
                .addKeyValue("circuit", name)
                .log("its probe was in vain; there will be another", e));
  }

  /** This node measures from anew at once, so that a circuit which is not opened can be later. */
  private void open(String name, CircuitBreaker breaker) {
    var why = why(breaker.getMetrics());
    breaker.reset();
    circuits
        .open(name, why)
        .onFailure(e -> LOG.atWarn().addKeyValue("circuit", name).log("it was not opened", e));
  }

  private CircuitBreaker breaker(String name) {
    synchronized (breakers) {
      return breakers.computeIfAbsent(name, it -> CircuitBreaker.of(it, config));
    }
  }

  private void reset(String name) {
    synchronized (breakers) {
      breakers.remove(name);
    }
  }

  /**
   * A job that was refused for good was answered: that is the job's fault. What its owner, its
   * deadline or this node has ended says nothing.
   */
  private static Sign sign(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Succeeded _ -> Sign.WORKS;
      case Outcome.Failed failed when failed.answered() -> Sign.WORKS;
      case Outcome.Failed failed -> sign(failed.category());
      case Outcome.Snoozed _, Outcome.Cancelled _, Outcome.Interrupted _, Outcome.Held _ ->
          Sign.NOTHING;
    };
  }

  private static Sign sign(ErrorCategory category) {
    return switch (category) {
      case HANDLER_ERROR, TIMEOUT, CRASHED, HEARTBEAT -> Sign.FAILS;
      case REJECTED -> Sign.WORKS;
      case NO_HANDLER, POISON, CANCELLED, EXPIRED, DEADLINE -> Sign.NOTHING;
    };
  }

  private static String why(CircuitBreaker.Metrics seen) {
    return "of %d attempts on a node %d failed and %d were slow"
        .formatted(
            seen.getNumberOfBufferedCalls(),
            seen.getNumberOfFailedCalls(),
            seen.getNumberOfSlowCalls());
  }

  /** Without what was said: that may hold what not everybody is to see who sees circuits. */
  private static String said(Outcome outcome) {
    return outcome instanceof Outcome.Failed failed ? failed.category().name() : "";
  }

  private static CircuitBreakerConfig config(Settings.Circuit settings) {
    boolean slow = settings.slowRate() > 0;
    return CircuitBreakerConfig.custom()
        .slidingWindow(
            settings.window(),
            settings.minimumCalls(),
            CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
        .failureRateThreshold(settings.failureRate())
        .slowCallRateThreshold(slow ? settings.slowRate() : 100)
        .slowCallDurationThreshold(slow ? settings.slowAfter() : NEVER_SLOW)
        // what opens it is told to Postgres, and what was measured is thrown away
        .waitDurationInOpenState(Duration.ofDays(1))
        .build();
  }

  /** The library wants one; it is never thrown. */
  private static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    Failure() {
      super("an attempt failed", null, false, false);
    }
  }
}
