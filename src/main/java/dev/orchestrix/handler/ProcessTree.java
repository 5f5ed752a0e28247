package dev.orchestrix.handler;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A process and everything it has started: its group, if it leads one, and its living descendants,
 * which may have left the group. Out of reach is only what has left the group and has no living
 * parent either, as a daemon.
 */
final class ProcessTree {
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final Duration AFTER_KILL = Duration.ofSeconds(1);
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(2);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

  private final Process root;
  private final Optional<ProcessGroup> group;

  ProcessTree(Process root, boolean leadsGroup) {
    this.root = root;
    this.group = leadsGroup ? Optional.of(new ProcessGroup(root.pid())) : Optional.empty();
  }

  /**
   * Asks every process to end, kills those that have not within two seconds, and returns when they
   * are gone. An interrupt shortens nothing, since it usually is why this is called; it stays set.
   */
  void end() {
    if (!root.isAlive() && !groupLives()) {
      return;
    }
    var asked = living();
    var strays = asked.stream().filter(process -> !isInGroup(process)).toList();
    group.ifPresent(ProcessGroup::terminate);
    strays.forEach(ProcessHandle::destroy);
    boolean interrupted = waitUntil(() -> gone(asked), GRACE);
    var left = Stream.concat(asked.stream(), living().stream()).distinct().toList();
    left.forEach(ProcessHandle::destroyForcibly);
    group.ifPresent(ProcessGroup::kill);
    interrupted |= waitUntil(() -> gone(left), AFTER_KILL);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private List<ProcessHandle> living() {
    return root.isAlive()
        ? Stream.concat(root.descendants(), Stream.of(root.toHandle())).toList()
        : List.of();
  }

  private boolean gone(List<ProcessHandle> processes) {
    return processes.stream().noneMatch(ProcessTree::lives) && !groupLives();
  }

  private boolean groupLives() {
    return group.isPresent() && group.get().lives();
  }

  /** Whoever is asked with the group is not asked again: it may be tidying up by then. */
  private boolean isInGroup(ProcessHandle process) {
    return group.isPresent()
        && ProcessState.of(process.pid())
            .filter(state -> state.group() == group.get().leader())
            .isPresent();
  }

  private static boolean lives(ProcessHandle process) {
    return process.isAlive()
        && ProcessState.of(process.pid()).map(ProcessState::lives).orElse(process.isAlive());
  }

  /** Answers whether it was interrupted meanwhile. */
  private static boolean waitUntil(BooleanSupplier gone, Duration most) {
    boolean interrupted = false;
    long start = System.nanoTime();
    long pause = SHORTEST_PAUSE.toNanos();
    while (!gone.getAsBoolean() && System.nanoTime() - start < most.toNanos()) {
      LockSupport.parkNanos(pause);
      interrupted |= Thread.interrupted();
      pause = Math.min(2 * pause, LONGEST_PAUSE.toNanos());
    }
    return interrupted;
  }
}
