package dev.orchestrix.redis;

import dev.orchestrix.core.job.Priority;
import dev.orchestrix.core.limit.Reason;

/** Every key in Redis. They share a hash tag, so that one script may touch all of them. */
public final class Keys {
  private static final String TAG = "{orchestrix}:";

  /** The consumer group of all dispatchers, on every stream. */
  public static final String GROUP = "dispatchers";

  /** The number of streams: the admitted one, then one a priority. */
  static final int STREAMS = 4;

  /** Stream 0: entries that have waited for their token and need not ask again. */
  public static final String ADMITTED = TAG + "stream:admitted";

  /** Sorted set: entries that hold a reserved token, by the millisecond it is due. */
  public static final String PARKED = TAG + "parked";

  /** Hash: tenant to the millisecond until which the feeder leaves it alone. */
  public static final String HELD = TAG + "held";

  /** The millisecond at which this server's data began: what it does not know is as old as that. */
  public static final String BEGAN = TAG + "began";

  /** Hash: names of limits of slots to the millisecond they were counted last. */
  public static final String COUNTED = TAG + "counted";

  /** Hash: names of limits of slots to how many wait in their lists; none without anybody. */
  public static final String WAITING = TAG + "waiting";

  /** Hash: windows, backlog flags and counters of the streams. */
  static final String FLOW = TAG + "flow";

  /** Hash: how many jobs of an entry are acknowledged, for entries that were split. */
  static final String PARTS = TAG + "parts";

  /** Sorted set: ids of jobs whose timer is due soon, by that millisecond. */
  static final String TIMERS = TAG + "timers";

  /** Holds the identity of the server that was told everything. */
  static final String SENTINEL = TAG + "sentinel";

  /** Hash: the token bucket of a tenant, or of another limit by its reason. */
  public static String bucket(String name) {
    return TAG + "bucket:" + name;
  }

  /** Hash: the token bucket of whoever makes requests. */
  public static String requests(String name) {
    return TAG + "requests:" + name;
  }

  /** Sorted set: the jobs that hold a slot of a limit, by the millisecond they got it. */
  public static String slots(Reason reason) {
    return TAG + "slots:" + reason.text();
  }

  /** List: entries that wait for a slot of a limit. */
  public static String waiting(Reason reason) {
    return TAG + "waiting:" + reason.text();
  }

  static String stream(Priority priority) {
    return TAG + "stream:" + priority.label();
  }

  /** The key of stream 0..3, in the order of {@link dev.orchestrix.bus.Delivery#stream()}. */
  static String stream(int number) {
    return number == 0 ? ADMITTED : stream(Priority.ofCode(number - 1));
  }

  private Keys() {}
}
