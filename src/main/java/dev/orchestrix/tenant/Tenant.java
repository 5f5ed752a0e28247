package dev.orchestrix.tenant;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Somebody whose jobs are kept apart from everybody else's.
 *
 * @param id see {@link #isId}
 * @param weight its share of the slots against those of all who wait, 1 to {@value #MOST_WEIGHT}
 * @param limits null for none
 * @param quotas how much it may submit
 * @param retention how long its ended jobs are kept, or null for as long as everybody's
 * @param leaving whether it is being deleted, with all that is its own
 */
public record Tenant(
    String id,
    int weight,
    @Nullable TenantLimits limits,
    TenantQuotas quotas,
    @Nullable Duration retention,
    boolean leaving) {

  /** A tenant that stays. */
  public Tenant(String id, int weight, @Nullable TenantLimits limits, TenantQuotas quotas) {
    this(id, weight, limits, quotas, null, false);
  }

  /** A tenant without quotas. */
  public Tenant(String id, int weight, @Nullable TenantLimits limits) {
    this(id, weight, limits, TenantQuotas.NONE);
  }

  /** The tenant of whoever names none. It is always there. */
  public static final String DEFAULT = "default";

  /** The most that a tenant can weigh. */
  public static final int MOST_WEIGHT = 1000;

  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

  public Tenant {
    if (!isId(id)) {
      throw new IllegalArgumentException("tenant id " + id);
    }
    if (weight < 1 || weight > MOST_WEIGHT) {
      throw new IllegalArgumentException("weight " + weight);
    }
  }

  /** 1 to 64 of a-z, 0-9, _ and -, the first a letter or digit: fit for keys, paths and labels. */
  public static boolean isId(String text) {
    return ID.matcher(text).matches();
  }
}
