package dev.orchestrix.query;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Some letters of a list, newest job first.
 *
 * @param next the job before which the next page begins, or null at the end of the list. A page may
 *     have fewer letters than asked for, even none, and yet not be the last.
 */
public record DeadLetterPage(List<DeadLetter> letters, @Nullable UUID next) {}
