package dev.orchestrix.admission;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Marks;
import dev.orchestrix.core.limit.Reason;
import dev.orchestrix.core.limit.TokenBucket;
import dev.orchestrix.redis.Keys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code admit.lua} is asked about a batch: each limit once, entries with the same needs
 * together.
 */
final class Question {
  private final Map<Need.Tokens, Integer> buckets = new LinkedHashMap<>();
  private final Map<Need.Slots, Integer> slots = new LinkedHashMap<>();
  private final Map<Group, List<Delivery>> groups = new LinkedHashMap<>();

  /** Entries that need the same, at the same price. */
  private record Group(List<Need> needs, int cost) {}

  void add(Delivery delivery, List<Need> needs) {
    for (var need : needs) {
      switch (need) {
        case Need.Tokens tokens -> buckets.putIfAbsent(tokens, buckets.size() + 1);
        case Need.Slots slot -> slots.putIfAbsent(slot, slots.size() + 1);
      }
    }
    groups
        .computeIfAbsent(new Group(needs, cost(delivery.entry().marks())), _ -> new ArrayList<>())
        .add(delivery);
  }

  boolean isEmpty() {
    return groups.isEmpty();
  }

  /** In the order of the answers. */
  List<Delivery> deliveries() {
    return groups.values().stream().flatMap(List::stream).toList();
  }

  /** What the limit of that number stands for: buckets first, beginning with 1. */
  Reason reason(int number) {
    return number <= buckets.size()
        ? List.copyOf(buckets.keySet()).get(number - 1).reason()
        : List.copyOf(slots.keySet()).get(number - buckets.size() - 1).reason();
  }

  List<String> keys() {
    var keys =
        new ArrayList<>(
            List.of(Keys.PARKED, Keys.HELD, Keys.ADMITTED, Keys.BEGAN, Keys.COUNTED, Keys.WAITING));
    buckets.keySet().forEach(one -> keys.add(bucket(one.reason())));
    slots
        .keySet()
        .forEach(
            one -> {
              keys.add(Keys.slots(one.reason()));
              keys.add(Keys.waiting(one.reason()));
            });
    return keys;
  }

  /** Where the bucket of a rate is. */
  static String bucket(Reason reason) {
    return reason instanceof Reason.TenantRate(var tenant)
        ? Keys.bucket(tenant)
        : Keys.bucket(reason.text());
  }

  List<String> arguments() {
    var arguments = new ArrayList<String>();
    arguments.add(Integer.toString(buckets.size()));
    arguments.add(Integer.toString(slots.size()));
    arguments.add(Integer.toString(groups.size()));
    buckets.keySet().forEach(one -> add(one, arguments));
    slots.keySet().forEach(one -> add(one, arguments));
    groups.forEach((group, deliveries) -> add(group, deliveries, arguments));
    return arguments;
  }

  private static void add(Need.Tokens tokens, List<String> to) {
    to.add(String.valueOf(tokens.letter()));
    to.add(tokens.reason() instanceof Reason.TenantRate(var tenant) ? tenant : "");
    to.add(Long.toString(tokens.bucket().ratePerSecond()));
    to.add(Long.toString(tokens.bucket().capacity()));
    to.add(Long.toString(tokens.bucket().deepest()));
  }

  private static void add(Need.Slots slot, List<String> to) {
    to.add(String.valueOf(slot.letter()));
    to.add(slot.reason().text());
    to.add(Integer.toString(slot.slots()));
    to.add(Integer.toString(slot.list()));
  }

  private void add(Group group, List<Delivery> deliveries, List<String> to) {
    to.add(Long.toString(group.cost * TokenBucket.TOKEN));
    var tokens = new ArrayList<String>();
    var places = new ArrayList<String>();
    for (var need : group.needs) {
      switch (need) {
        case Need.Tokens one -> tokens.add(String.valueOf(buckets.get(one)));
        case Need.Slots one -> places.add(String.valueOf(slots.get(one)));
      }
    }
    to.add(Integer.toString(tokens.size()));
    to.addAll(tokens);
    to.add(Integer.toString(places.size()));
    to.addAll(places);
    to.add(Integer.toString(deliveries.size()));
    for (var delivery : deliveries) {
      to.add(delivery.entry().value());
      to.add(delivery.entry().paid());
    }
  }

  static int cost(@Nullable Marks marks) {
    return marks == null ? 1 : marks.cost();
  }
}
