package dev.orchestrix.bus;

/** A concurrency key of a tenant: all jobs with it stand in one lane. */
public record LaneName(String tenant, String key) {}
