package dev.orchestrix.http;

/**
 * One thing that is wrong with a request.
 *
 * @param path a JSON pointer into the body, or {@code ?name} for a query parameter
 */
record Violation(String path, ProblemCode code, String detail) {}
