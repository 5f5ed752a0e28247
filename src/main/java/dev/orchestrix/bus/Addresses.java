package dev.orchestrix.bus;

/** Every address on the event bus. */
public final class Addresses {

  /** What every address of a tenant's events starts with. */
  public static final String EVENTS = "orchestrix.events.";

  /** {@link JobEvent} as JSON, to whoever listens to this tenant. */
  public static String events(String tenant) {
    return EVENTS + tenant;
  }

  /** A tenant id: somebody has just begun to listen to that tenant's events. */
  public static final String LISTENING = "orchestrix.control.listening";

  /** A tenant id: its limits have changed. */
  public static final String TENANTS = "orchestrix.control.tenants";

  /** Nothing: some limit of a type or a key has changed. */
  public static final String LIMITS = "orchestrix.control.limits";

  /** Nothing: some key that opens the API has changed. */
  public static final String KEYS = "orchestrix.control.keys";

  /** Nothing: something was paused, or goes on. */
  public static final String PAUSES = "orchestrix.control.pauses";

  /** Nothing: a circuit has changed. */
  public static final String CIRCUITS = "orchestrix.control.circuits";

  /** {@link SlotTimes} of one node's executor, to the feeders. */
  public static final String SLOT_TIMES = "orchestrix.control.slots";

  /** {@link BacklogGrew}: a backlog has jobs that the feeder may not know of. */
  public static final String BACKLOG_GREW = "orchestrix.control.backlog.grew";

  /** {@link BacklogEmpty}: new jobs of a priority may go straight to the stream. */
  public static final String BACKLOG_EMPTY = "orchestrix.control.backlog.empty";

  /** {@link LanesMoved}: jobs of concurrency keys may be called. */
  public static final String LANES_MOVED = "orchestrix.control.lanes";

  /** Milliseconds since the epoch: a timer was armed that is due then. */
  public static final String TIMER_ARMED = "orchestrix.control.timer.armed";

  /** The id of a redrive that was just asked for. */
  public static final String REDRIVE_ASKED = "orchestrix.control.redrive";

  /** The number of a node whose dispatcher takes {@link Grant}s. */
  public static final String DISPATCHER_HERE = "orchestrix.control.dispatcher";

  /** {@link Assignment}s to one node's executor. */
  public static String execute(int node) {
    return "orchestrix.execute." + node;
  }

  /** {@link Grant}s to one node's dispatcher. */
  public static String grants(int node) {
    return "orchestrix.grants." + node;
  }

  /** {@link Cancellation}s to one node's executor. */
  public static String cancel(int node) {
    return "orchestrix.cancel." + node;
  }

  private Addresses() {}
}
