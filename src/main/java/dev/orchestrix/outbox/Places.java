package dev.orchestrix.outbox;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Where the last look at the backlog ended, per tenant: what was deleted before it is not walked
 * over again. Not thread-safe.
 */
final class Places {
  private static final UUID BEGINNING = new UUID(0, 0);

  private final Map<String, UUID> places = new HashMap<>();

  /** Whose rows are being moved, and nothing has come back to before them meanwhile. */
  private final Set<String> moving = new HashSet<>();

  /** The row after which to look. */
  UUID of(String tenant) {
    return places.getOrDefault(tenant, BEGINNING);
  }

  boolean atBeginning(String tenant) {
    return !places.containsKey(tenant);
  }

  /** Rows of these are being moved from now on. */
  void move(Collection<String> tenants) {
    moving.clear();
    moving.addAll(tenants);
  }

  /** Rows of a tenant were moved up to this one; it counts unless some came back meanwhile. */
  void reach(String tenant, UUID row) {
    if (moving.contains(tenant)) {
      places.put(tenant, row);
    }
  }

  /** The next look at a tenant is from the beginning. */
  void forget(String tenant) {
    places.remove(tenant);
    moving.remove(tenant);
  }

  /** The next look at any tenant is from the beginning. */
  void forgetAll() {
    places.clear();
    moving.clear();
  }
}
