package dev.orchestrix.tenant;

/**
 * How many jobs a tenant may start.
 *
 * @param rate jobs a second
 * @param burst jobs at once
 */
public record TenantLimits(double rate, int burst) {}
