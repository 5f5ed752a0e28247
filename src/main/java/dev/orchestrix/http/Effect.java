package dev.orchestrix.http;

/** What a call does. */
enum Effect {
  /** It reads. */
  READS,
  /** It takes in jobs, which are there themselves to tell of it. */
  SUBMITS,
  /** It changes what is there, and has a line in the audit log. */
  CHANGES
}
