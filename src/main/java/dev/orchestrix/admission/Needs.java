package dev.orchestrix.admission;

import dev.orchestrix.bus.Entry;
import dev.orchestrix.core.limit.Reason;
import dev.orchestrix.tenant.Limit;
import dev.orchestrix.tenant.Limits;
import dev.orchestrix.tenant.Rules;
import dev.orchestrix.tenant.TenantLimits;
import dev.orchestrix.tenant.Tenants;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which limits an entry is under at this moment. */
final class Needs {
  private static final char TENANT_TOKEN = 't';
  private static final char TYPE_TOKEN = 'y';
  private static final char KEY_TOKEN = 'k';

  private final Tenants tenants;
  private final Limits limits;

  Needs(Rules rules) {
    this.tenants = rules.tenants();
    this.limits = rules.limits();
  }

  /** What it needs, whether or not it holds it already: tokens first. */
  List<Need> of(Entry entry) {
    var own = tenants.limits(entry.tenant()).orElse(null);
    var marks = entry.marks();
    var type = marks == null ? null : limits.type(marks.type()).orElse(null);
    var key = marks == null ? null : key(entry.tenant(), marks.rateKey());
    if (own == null && type == null && key == null) {
      return List.of();
    }
    var needs = new ArrayList<Need>(5);
    tokens(entry, own, type, key, needs);
    slots(entry.tenant(), own, type, needs);
    return needs;
  }

  /** The slots that a job of a tenant and a type holds while it runs. */
  List<Need.Slots> slots(String tenant, @Nullable String type) {
    var own = tenants.limits(tenant).orElse(null);
    var ofType = type == null ? null : limits.type(type).orElse(null);
    if (own == null && ofType == null) {
      return List.of();
    }
    var needs = new ArrayList<Need>(2);
    slots(tenant, own, ofType, needs);
    return needs.stream().map(Need.Slots.class::cast).toList();
  }

  /** All limits of slots there are. */
  List<Need.Slots> slots() {
    var all = new ArrayList<Need.Slots>();
    tenants.running().forEach((tenant, slots) -> all.add(Need.Slots.ofTenant(tenant, slots)));
    for (var type : limits.concerned()) {
      limits
          .type(type)
          .map(Limit::running)
          .ifPresent(slots -> all.add(Need.Slots.ofType(type, slots)));
    }
    return all;
  }

  /** What a reason stands for now; nothing when nobody limits it any more. */
  Optional<Need> behind(Reason reason) {
    return switch (reason) {
      case Reason.TenantRate(var tenant) ->
          tenants
              .limits(tenant)
              .map(TenantLimits::rate)
              .map(it -> Need.Tokens.of(TENANT_TOKEN, reason, it));
      case Reason.TypeRate(var type) ->
          limits.type(type).map(Limit::rate).map(it -> Need.Tokens.of(TYPE_TOKEN, reason, it));
      case Reason.KeyRate(var tenant, var key) ->
          limits
              .rateKey(tenant, key)
              .map(Limit::rate)
              .map(it -> Need.Tokens.of(KEY_TOKEN, reason, it));
      case Reason.TenantSlots(var tenant) ->
          tenants
              .limits(tenant)
              .map(TenantLimits::running)
              .map(it -> Need.Slots.ofTenant(tenant, it));
      case Reason.TypeSlots(var type) ->
          limits.type(type).map(Limit::running).map(it -> Need.Slots.ofType(type, it));
      case Reason.PausedTenant _,
          Reason.PausedType _,
          Reason.PausedPriority _,
          Reason.OpenCircuit _ ->
          Optional.empty();
    };
  }

  /** Slots of a limit that is gone: as many as there are jobs. */
  Optional<Need.Slots> unlimited(Reason reason) {
    return switch (reason) {
      case Reason.TenantSlots(var tenant) ->
          Optional.of(Need.Slots.ofTenant(tenant, Integer.MAX_VALUE));
      case Reason.TypeSlots(var type) -> Optional.of(Need.Slots.ofType(type, Integer.MAX_VALUE));
      case Reason.TenantRate _,
          Reason.TypeRate _,
          Reason.KeyRate _,
          Reason.PausedTenant _,
          Reason.PausedType _,
          Reason.PausedPriority _,
          Reason.OpenCircuit _ ->
          Optional.empty();
    };
  }

  private @Nullable Limit key(String tenant, @Nullable String rateKey) {
    return rateKey == null ? null : limits.rateKey(tenant, rateKey).orElse(null);
  }

  private static void tokens(
      Entry entry,
      @Nullable TenantLimits own,
      @Nullable Limit type,
      @Nullable Limit key,
      List<Need> needs) {
    if (own != null && own.rate() != null) {
      var reason = new Reason.TenantRate(entry.tenant());
      needs.add(Need.Tokens.of(TENANT_TOKEN, reason, own.rate()));
    }
    if (type != null && type.rate() != null) {
      needs.add(Need.Tokens.of(TYPE_TOKEN, new Reason.TypeRate(type.name()), type.rate()));
    }
    var marks = entry.marks();
    if (key != null && key.rate() != null && marks != null && marks.rateKey() != null) {
      var reason = new Reason.KeyRate(entry.tenant(), marks.rateKey());
      needs.add(Need.Tokens.of(KEY_TOKEN, reason, key.rate()));
    }
  }

  private static void slots(
      String tenant, @Nullable TenantLimits own, @Nullable Limit type, List<Need> needs) {
    if (own != null && own.running() != null) {
      needs.add(Need.Slots.ofTenant(tenant, own.running()));
    }
    if (type != null && type.running() != null) {
      needs.add(Need.Slots.ofType(type.name(), type.running()));
    }
  }
}
