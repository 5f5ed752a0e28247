package dev.orchestrix.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The CPU time this process has used since: what the load itself took from a shared machine. */
final class ClientCpu {
  private static final double NANOS_PER_MICRO = 1_000;

  private final OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private final long before = system.getProcessCpuTime();

  /** In microseconds, to a tenth; 0 for no jobs. */
  double microsEach(long jobs) {
    double micros = (system.getProcessCpuTime() - before) / NANOS_PER_MICRO;
    return jobs == 0 ? 0 : Math.round(micros / jobs * 10) / 10.0;
  }
}
