package dev.orchestrix.bus;

import org.jspecify.annotations.Nullable;

/**
 * What the entry of a job says about it when a limit of its type or of its rate key asks for that.
 *
 * @param cost tokens that a start takes, 1 or more
 * @param rateKey null for none
 */
public record Marks(String type, int cost, @Nullable String rateKey) {}
