package dev.orchestrix.core.limit;

import java.util.Optional;

/**
 * The one thing that a ready job waits for. The text of a reason is stored in Postgres and names
 * what Redis keeps for it: never change it.
 */
public sealed interface Reason {

  /** Its tenant has no token. */
  record TenantRate(String tenant) implements Reason {
    @Override
    public String text() {
      return "rate:tenant:" + tenant;
    }
  }

  /** Its type has no token. */
  record TypeRate(String type) implements Reason {
    @Override
    public String text() {
      return "rate:type:" + type;
    }
  }

  /** Its rate key has no token. */
  record KeyRate(String tenant, String key) implements Reason {
    @Override
    public String text() {
      return "rate:key:" + tenant + ":" + key;
    }
  }

  /** As many of its tenant run as may. */
  record TenantSlots(String tenant) implements Reason {
    @Override
    public String text() {
      return "running:tenant:" + tenant;
    }
  }

  /** As many of its type run as may. */
  record TypeSlots(String type) implements Reason {
    @Override
    public String text() {
      return "running:type:" + type;
    }
  }

  /** Somebody has paused its type. */
  record PausedType(String type) implements Reason {
    @Override
    public String text() {
      return "paused:type:" + type;
    }
  }

  /** Somebody has paused its priority. */
  record PausedPriority(String priority) implements Reason {
    @Override
    public String text() {
      return "paused:priority:" + priority;
    }
  }

  /** Somebody has paused its tenant. */
  record PausedTenant(String tenant) implements Reason {
    @Override
    public String text() {
      return "paused:tenant:" + tenant;
    }
  }

  /** What it calls has failed too often lately. */
  record OpenCircuit(String circuit) implements Reason {
    @Override
    public String text() {
      return "circuit:" + circuit;
    }
  }

  /** Unique among all reasons; ids of tenants have no colon in them. */
  String text();

  /** Reads {@link #text()} back; nothing for what this engine does not know. */
  static Optional<Reason> parse(String text) {
    var parts = text.split(":", 3);
    return switch (parts[0]) {
      case "circuit" ->
          parts.length < 2
              ? Optional.empty()
              : Optional.of(new OpenCircuit(text.substring("circuit:".length())));
      case "rate" -> parts.length < 3 ? Optional.empty() : rate(parts[1], parts[2]);
      case "running" -> parts.length < 3 ? Optional.empty() : slots(parts[1], parts[2]);
      case "paused" -> parts.length < 3 ? Optional.empty() : paused(parts[1], parts[2]);
      default -> Optional.empty();
    };
  }

  private static Optional<Reason> rate(String of, String name) {
    int colon = name.indexOf(':');
    return switch (of) {
      case "tenant" -> Optional.of(new TenantRate(name));
      case "type" -> Optional.of(new TypeRate(name));
      case "key" ->
          colon < 0
              ? Optional.empty()
              : Optional.of(new KeyRate(name.substring(0, colon), name.substring(colon + 1)));
      default -> Optional.empty();
    };
  }

  private static Optional<Reason> paused(String of, String name) {
    return switch (of) {
      case "tenant" -> Optional.of(new PausedTenant(name));
      case "type" -> Optional.of(new PausedType(name));
      case "priority" -> Optional.of(new PausedPriority(name));
      default -> Optional.empty();
    };
  }

  private static Optional<Reason> slots(String of, String name) {
    return switch (of) {
      case "tenant" -> Optional.of(new TenantSlots(name));
      case "type" -> Optional.of(new TypeSlots(name));
      default -> Optional.empty();
    };
  }
}
