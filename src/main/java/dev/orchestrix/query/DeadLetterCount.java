package dev.orchestrix.query;

import java.util.List;

/**
 * What a filter means.
 *
 * @param count how many letters, or the most that are counted
 * @param complete whether those were all
 * @param sample some of the oldest jobs' letters: those that a redrive would move first
 */
public record DeadLetterCount(long count, boolean complete, List<DeadLetter> sample) {}
