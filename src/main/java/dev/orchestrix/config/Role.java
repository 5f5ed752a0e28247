package dev.orchestrix.config;

/** What a node does; a node has one role or several. */
public enum Role {
  /** Serves the HTTP API. */
  HTTP,
  /** Reads the streams and hands jobs to executors. */
  DISPATCHER,
  /** Runs jobs. */
  EXECUTOR,
  /** Feeds the backlog, fires timers, recovers the work of dead nodes. */
  SCHEDULER
}
