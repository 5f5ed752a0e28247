package dev.orchestrix.handler;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/**
 * The processes that share a group, led by one process. The kernel does not give a group's number
 * to a new process while any member lives.
 */
record ProcessGroup(long leader) {
  /** {@code kill(2)}; the manifest grants native access. */
  @SuppressWarnings("restricted")
  private static final MethodHandle KILL =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("kill"),
              FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

  private static final int NONE = 0;
  private static final int KILLED = 9;
  private static final int TERMINATED = 15;

  /** Whether some member runs. */
  boolean lives() {
    return signal(NONE) && ProcessState.anyLivesIn(leader).orElse(true);
  }

  /** Asks every member to end. */
  void terminate() {
    var _ = signal(TERMINATED);
  }

  /** Ends every member. */
  void kill() {
    var _ = signal(KILLED);
  }

  private boolean signal(int number) {
    try {
      return (int) KILL.invokeExact(Math.toIntExact(-leader), number) == 0;
    } catch (Throwable e) {
      // kill(2) answers by its result and throws nothing
      throw new AssertionError(e);
    }
  }
}
