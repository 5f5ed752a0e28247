package dev.orchestrix.auth;

import org.jspecify.annotations.Nullable;

/**
 * Somebody who calls, and what is open to them.
 *
 * @param who a name for people, such as {@code key 4f7q2k9d (billing)}
 * @param tenant whose jobs they may touch, or null for those of all tenants
 * @param payloads whether they may see what jobs are given and what they give back
 * @param requests what their requests are counted by, or null for as many as they like
 */
public record Caller(
    String who,
    @Nullable String tenant,
    Role role,
    boolean payloads,
    @Nullable RequestBucket requests)
    implements Visitor {

  /** Whoever calls a node that lets everybody do everything. */
  public static final Caller ANYBODY = new Caller("anybody", null, Role.ADMIN, true);

  private static final String DEFAULT_TENANT = "default";

  /** Somebody whose requests are not counted. */
  public Caller(String who, @Nullable String tenant, Role role, boolean payloads) {
    this(who, tenant, role, payloads, null);
  }

  /** Whether they are of all tenants. */
  public boolean everywhere() {
    return tenant == null;
  }

  /** Whether that tenant is theirs. */
  public boolean covers(String other) {
    return tenant == null || tenant.equals(other);
  }

  /** The tenant that is meant when none is named. */
  public String home() {
    return tenant == null ? DEFAULT_TENANT : tenant;
  }
}
