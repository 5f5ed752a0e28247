package dev.orchestrix.recover;

/** What must always hold. The labels are the values of the meter: never rename. */
public enum Invariant {
  PENDING_IS_FINDABLE("a ready job was on no stream and in no table", "put into the backlog"),
  RUNNING_IS_LEASED("a running job was in no lease", "given back, uncounted"),
  RUNNING_IS_KNOWN("a job was leased to this node, which does not run it", "given back, uncounted"),
  WAITING_HAS_TIMER("a job that waits for its time had no timer", "its timer was written again"),
  KEYED_HAS_PLACE(
      "a job with a concurrency key had no place in its lane, or ran without being called",
      "it has its place again"),
  LEASE_HAS_JOBS("a lease was left whose jobs have all ended", "deleted"),
  NAMED_JOB_EXISTS("a job that was accepted is gone", "cannot be: restore it from a backup"),
  LETTER_IS_OF_FAILED("a dead letter was left whose job has not failed", "deleted");

  private final String finding;
  private final String mended;

  Invariant(String finding, String mended) {
    this.finding = finding;
    this.mended = mended;
  }

  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** What was seen. */
  public String finding() {
    return finding;
  }

  /** What was done about it. */
  public String mended() {
    return mended;
  }
}
