package dev.orchestrix.http;

import dev.orchestrix.query.DeadLetterQueries;
import dev.orchestrix.recover.DeadLetters;
import dev.orchestrix.recover.Redriving;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.transition.Revivals;
import io.vertx.core.Vertx;

/** What the calls about failed jobs are answered with. */
public record DeadLetterCalls(
    DeadLetterQueries queries, Revivals revivals, DeadLetters letters, Redriving redriving) {

  /** All of them by one Postgres. */
  public static DeadLetterCalls by(Vertx vertx, Postgres postgres, Revivals revivals) {
    return new DeadLetterCalls(
        new DeadLetterQueries(postgres),
        revivals,
        new DeadLetters(postgres),
        new Redriving(vertx, postgres, revivals));
  }
}
