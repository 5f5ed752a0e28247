package dev.orchestrix.admission;

import dev.orchestrix.bus.Entry;
import dev.orchestrix.core.limit.RateLimit;
import dev.orchestrix.core.limit.Reason;
import dev.orchestrix.core.limit.TokenBucket;

/** One thing that an entry has to get before its job may start. */
sealed interface Need {

  /**
   * Entries of a list for slots, and how many for each slot: enough to fill those that get free.
   */
  int SHORTEST_LIST = 32;

  int LISTED_PER_SLOT = 2;
  int LONGEST_LIST = 1000;

  /**
   * The letter of what an entry holds: small for tokens, large for slots, another for each limit
   * that one entry may be under.
   */
  char letter();

  /** What the job waits for as long as it does not get it. */
  Reason reason();

  /** Tokens of a bucket. */
  record Tokens(char letter, Reason reason, TokenBucket bucket) implements Need {
    static Tokens of(char letter, Reason reason, RateLimit limit) {
      return new Tokens(letter, reason, TokenBucket.of(limit.rate(), limit.burst()));
    }

    /** In millionths of a token: what costs more than the bucket holds takes all of it. */
    long price(Entry entry) {
      long cost = Question.cost(entry.marks());
      return Math.min(cost * TokenBucket.TOKEN, bucket.capacity());
    }
  }

  /** Whose jobs a limit of slots is for. */
  sealed interface Owner {
    boolean owns(String tenant, String type);

    record Tenant(String tenant) implements Owner {
      @Override
      public boolean owns(String tenant, String type) {
        return this.tenant.equals(tenant);
      }
    }

    record Type(String type) implements Owner {
      @Override
      public boolean owns(String tenant, String type) {
        return this.type.equals(type);
      }
    }
  }

  /** A slot of so many. */
  record Slots(char letter, Owner owner, int slots) implements Need {
    static Slots ofTenant(String tenant, int slots) {
      return new Slots('T', new Owner.Tenant(tenant), slots);
    }

    static Slots ofType(String type, int slots) {
      return new Slots('Y', new Owner.Type(type), slots);
    }

    @Override
    public Reason reason() {
      return switch (owner) {
        case Owner.Tenant(var tenant) -> new Reason.TenantSlots(tenant);
        case Owner.Type(var type) -> new Reason.TypeSlots(type);
      };
    }

    /** How many may wait in Redis; the others wait in Postgres. */
    int list() {
      return Math.min(LONGEST_LIST, Math.max(SHORTEST_LIST, slots * LISTED_PER_SLOT));
    }
  }
}
