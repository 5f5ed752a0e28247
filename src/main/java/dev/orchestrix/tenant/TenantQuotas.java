package dev.orchestrix.tenant;

import org.jspecify.annotations.Nullable;

/**
 * How much a tenant may submit. Null is as much as it likes.
 *
 * @param pending jobs that may wait in Postgres; kept to within what a second brings
 * @param perDay jobs of a day in UTC
 * @param bytes bytes of their payloads
 * @param payloadBytes bytes of one payload
 */
public record TenantQuotas(
    @Nullable Long pending,
    @Nullable Long perDay,
    @Nullable Long bytes,
    @Nullable Integer payloadBytes) {

  /** No quota. */
  public static final TenantQuotas NONE = new TenantQuotas(null, null, null, null);

  /** Whether what is submitted has to be counted by day. */
  boolean daily() {
    return perDay != null || bytes != null;
  }
}
