package dev.orchestrix.http;

import dev.orchestrix.query.DeadLetterQueries;
import dev.orchestrix.recover.DeadLetters;
import dev.orchestrix.recover.Redriving;
import dev.orchestrix.transition.Revivals;

/** What the calls about failed jobs are answered with. */
public record DeadLetterCalls(
    DeadLetterQueries queries, Revivals revivals, DeadLetters letters, Redriving redriving) {}
