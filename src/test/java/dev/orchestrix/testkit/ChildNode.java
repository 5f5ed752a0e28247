package dev.orchestrix.testkit;

/**
 * One {@code orchestrix node} of a test's cluster.
 *
 * @param process to send it signals, and to read what it says
 * @param number its number in the cluster
 * @param api to be used only if it has that role
 */
public record ChildNode(Child process, int number, Api api) {}
