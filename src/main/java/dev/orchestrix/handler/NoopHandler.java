package dev.orchestrix.handler;

import dev.orchestrix.execute.JobContext;
import dev.orchestrix.execute.JobHandler;
import org.jspecify.annotations.Nullable;

/** {@code noop}: takes any payload, does nothing, answers nothing. */
public final class NoopHandler implements JobHandler {

  @Override
  public String type() {
    return "noop";
  }

  @Override
  public @Nullable String run(JobContext job) {
    return null;
  }
}
