package dev.orchestrix.core.job;

/** Why an attempt did not succeed. The names are stored in Postgres and sent to clients. */
public enum ErrorCategory {
  /** The handler threw, or answered that it failed. */
  HANDLER_ERROR,
  /** The handler refused the job for good: trying again would not help. */
  REJECTED,
  /** The attempt ran longer than it may. */
  TIMEOUT,
  /** No node has a handler for the type. */
  NO_HANDLER,
  /** The handler threw an {@link Error}: its code is broken, or the node is. */
  CRASHED,
  /** Several nodes died while they ran this job. */
  POISON,
  /** A user or operator ended it. */
  CANCELLED,
  /** It had not begun by the time it should have. */
  EXPIRED,
  /** It had not ended by the job's deadline. */
  DEADLINE,
  /** The attempt gave no sign of life for longer than it may. */
  HEARTBEAT
}
