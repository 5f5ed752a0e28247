package dev.orchestrix.http;

/** What a call is about, and so how it is told whether that is the caller's own. */
enum Whose {
  /** The job, the letter of the job, or the redrive in the path: its owner is looked up first. */
  JOB,
  LETTER,
  REDRIVE,
  /** The tenant in the path. */
  TENANT,
  /** A tenant that may be named in the request, and is the caller's otherwise: the call looks. */
  NAMED,
  /** All tenants: it is closed to those who are of one. */
  ALL
}
