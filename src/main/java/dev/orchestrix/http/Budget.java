package dev.orchestrix.http;

/**
 * Bytes of bodies that one server may hold for jobs that are not written yet. Keeps a flood of
 * large jobs from filling the heap while Postgres is slow. Used on one event loop.
 */
final class Budget {
  private final long limit;
  private long taken;

  Budget(long limit) {
    this.limit = limit;
  }

  void take(long bytes) {
    taken += bytes;
  }

  void give(long bytes) {
    taken -= bytes;
  }

  boolean spent() {
    return taken >= limit;
  }
}
