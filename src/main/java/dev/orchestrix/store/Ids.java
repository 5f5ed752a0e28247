package dev.orchestrix.store;

import com.github.f4b6a3.uuid.UuidCreator;
import java.util.Comparator;
import java.util.UUID;

/**
 * Ids that carry their time: UUIDv7.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7">RFC 9562</a>
 */
public final class Ids {

  /** As Postgres compares uuids; {@link UUID#compareTo} compares signed halves. */
  static final Comparator<UUID> AS_STORED =
      Comparator.comparing(UUID::getMostSignificantBits, Long::compareUnsigned)
          .thenComparing(UUID::getLeastSignificantBits, Long::compareUnsigned);

  /** A new id, later than every id that this process made before. */
  public static UUID next() {
    return UuidCreator.getTimeOrderedEpochPlus1();
  }

  /** The one that Postgres sorts last. */
  public static UUID later(UUID one, UUID other) {
    return AS_STORED.compare(one, other) >= 0 ? one : other;
  }

  /** The smallest id of that millisecond: where a partition begins. */
  public static UUID firstAt(long epochMillis) {
    return new UUID(epochMillis << 16, 0);
  }

  private Ids() {}
}
