package dev.orchestrix.http;

import dev.orchestrix.core.failure.EngineException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells clients of the engine's failures without telling them about its insides. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private @Nullable Throwable known;
  private @Nullable Problem told;

  /** The problem that a failed future, or a bug, is to a client. */
  Problem problem(Throwable error) {
    if (!(error instanceof EngineException failure)) {
      return internal(error);
    }
    return switch (failure) {
      case EngineException.Unavailable _ ->
          Problem.of(ProblemCode.UNAVAILABLE, "a server behind the engine does not answer");
      case EngineException.BadData _ ->
          Problem.of(ProblemCode.REFUSED_DATA, "the database cannot store this");
      case EngineException.Rejected _ -> internal(error);
    };
  }

  /** One incident and one line in the log, however many jobs of a batch it hits. */
  private Problem internal(Throwable error) {
    if (told != null && error.equals(known)) {
      return told;
    }
    var incident = UUID.randomUUID();
    LOG.atError()
        .addKeyValue("incident", incident)
        .setCause(error)
        .log("a request failed by a fault of the engine; the client knows the incident's number");
    var problem = Problem.of(ProblemCode.INTERNAL, "incident " + incident);
    known = error;
    told = problem;
    return problem;
  }
}
