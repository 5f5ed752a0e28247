package dev.orchestrix.config;

/**
 * A value before it is understood.
 *
 * @param origin where it came from, as whoever wrote it would say: a file and line, a variable, a
 *     flag, {@code default}
 */
record Given(String text, String origin) {}
