package dev.orchestrix.auth;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a caller may do; each may do what those before it may. Labels are stored and part of the
 * API: never rename.
 */
public enum Role {
  /** Reads. */
  VIEWER,
  /** Submits jobs, and cancels one by its id. */
  SUBMITTER,
  /** Cancels, retries, discards and redrives, and sets limits of keys. */
  OPERATOR,
  /** Makes and revokes keys; for all tenants also makes tenants and sets their limits. */
  ADMIN;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The name that is stored, and seen in JSON. */
  public String label() {
    return label;
  }

  public static Optional<Role> ofLabel(String label) {
    return Stream.of(values()).filter(role -> role.label.equals(label)).findFirst();
  }

  /** Whether it may do what is open to the other. */
  public boolean reaches(Role least) {
    return compareTo(least) >= 0;
  }
}
