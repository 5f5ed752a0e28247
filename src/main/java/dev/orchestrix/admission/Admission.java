package dev.orchestrix.admission;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.core.limit.RateLimit;
import dev.orchestrix.core.limit.TokenBucket;
import dev.orchestrix.redis.Answers;
import dev.orchestrix.redis.Keys;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.redis.Script;
import dev.orchestrix.tenant.TenantLimits;
import dev.orchestrix.tenant.Tenants;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides for a batch of entries which may start now. */
public final class Admission {
  private final RedisLink redis;
  private final Tenants tenants;

  public Admission(RedisLink redis, Tenants tenants) {
    this.redis = redis;
    this.tenants = tenants;
  }

  /**
   * What becomes of a batch.
   *
   * @param admitted may start now
   * @param parked hold a token that is due soon, and wait for it in the parked set
   * @param refused must go back to the backlog
   */
  public record Verdict(List<Delivery> admitted, List<Delivery> parked, List<Delivery> refused) {}

  /**
   * Entries that have a token already, and those of tenants without limits, ask nobody. A tenant
   * that is stopped starts nothing, whatever token an entry holds.
   */
  public Future<Verdict> ask(List<Delivery> deliveries) {
    var limited = limited(deliveries);
    if (limited.isEmpty()) {
      return Future.succeededFuture(new Verdict(deliveries, List.of(), List.of()));
    }
    return redis
        .run(Script.ADMIT, keys(limited), arguments(limited))
        .map(answer -> verdict(deliveries, limited, answer));
  }

  private Map<String, List<Delivery>> limited(List<Delivery> deliveries) {
    var limited = new LinkedHashMap<String, List<Delivery>>();
    for (var delivery : deliveries) {
      var tenant = delivery.entry().tenant();
      var limits = rate(tenant);
      if (limits.isPresent() && (delivery.stream() != 0 || limits.get().stopped())) {
        limited.computeIfAbsent(tenant, _ -> new ArrayList<>()).add(delivery);
      }
    }
    return limited;
  }

  private Optional<RateLimit> rate(String tenant) {
    return tenants.limits(tenant).map(TenantLimits::rate);
  }

  private static List<String> keys(Map<String, List<Delivery>> limited) {
    var keys = new ArrayList<>(List.of(Keys.PARKED, Keys.HELD));
    limited.keySet().forEach(tenant -> keys.add(Keys.bucket(tenant)));
    return keys;
  }

  private List<String> arguments(Map<String, List<Delivery>> limited) {
    var arguments = new ArrayList<String>();
    arguments.add(Integer.toString(limited.size()));
    limited.forEach(
        (tenant, deliveries) -> {
          var limits = rate(tenant).orElseThrow();
          var bucket = TokenBucket.of(limits.rate(), limits.burst());
          arguments.add(tenant);
          arguments.add(Long.toString(bucket.ratePerSecond()));
          arguments.add(Long.toString(bucket.capacity()));
          arguments.add(Long.toString(bucket.deepest()));
          arguments.add(Integer.toString(deliveries.size()));
          deliveries.forEach(delivery -> arguments.add(delivery.entry().value()));
        });
    return arguments;
  }

  private static Verdict verdict(
      List<Delivery> all, Map<String, List<Delivery>> limited, @Nullable Response answer) {
    var verdict = new Verdict(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    var asked = new HashSet<Delivery>();
    limited.values().forEach(asked::addAll);
    all.stream().filter(it -> !asked.contains(it)).forEach(verdict.admitted()::add);
    int at = 0;
    for (var deliveries : limited.values()) {
      for (var delivery : deliveries) {
        long wait = Answers.number(answer, at++);
        var where =
            wait == 0 ? verdict.admitted() : wait > 0 ? verdict.parked() : verdict.refused();
        where.add(delivery);
      }
    }
    return verdict;
  }
}
