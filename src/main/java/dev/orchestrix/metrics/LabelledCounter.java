package dev.orchestrix.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A counter for each value of one label, of which there are few: none comes from outside. */
final class LabelledCounter {
  private final MeterRegistry registry;
  private final String name;
  private final String description;
  private final String label;
  private final Map<String, Counter> counters = new ConcurrentHashMap<>();

  LabelledCounter(MeterRegistry registry, String name, String description, String label) {
    this.registry = registry;
    this.name = name;
    this.description = description;
    this.label = label;
  }

  void add(String value, int count) {
    counters.computeIfAbsent(value, this::counter).increment(count);
  }

  private Counter counter(String value) {
    return Counter.builder(name).description(description).tag(label, value).register(registry);
  }
}
