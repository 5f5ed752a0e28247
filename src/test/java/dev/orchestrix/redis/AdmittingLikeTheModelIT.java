package dev.orchestrix.redis;

import static dev.orchestrix.testkit.Lab.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.limit.TokenBucket;
import dev.orchestrix.core.limit.TokenBucket.Level;
import dev.orchestrix.testkit.Lab;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code admit.lua} and {@link TokenBucket} are one arithmetic; a failure names its seed. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class AdmittingLikeTheModelIT {
  @RegisterExtension static final Lab LAB = new Lab();

  /** A tenant, its bucket, and what the model believes of it; null before the first request. */
  private static final class Account {
    private int asked;
    final String tenant;
    final TokenBucket bucket;
    @Nullable Level level;

    Account(String tenant, TokenBucket bucket) {
      this.tenant = tenant;
      this.bucket = bucket;
    }
  }

  /** What the script was asked and has answered for one tenant. */
  private record Asked(Account account, List<String> entries, List<Long> waits) {}

  @Test
  void any_batches_of_any_tenants_get_what_the_model_gives() {
    for (int seed = 0; seed < 40; seed++) {
      var random = new Random(seed);
      var accounts = accounts(seed, random);
      for (int batch = 0; batch < 25; batch++) {
        var some = accounts.stream().filter(_ -> random.nextInt(3) > 0).toList();
        for (var asked : ask(some, random)) {
          assertAsTheModel(asked, "seed " + seed + " batch " + batch);
        }
        some.forEach(account -> letTimePass(account, random));
      }
    }
  }

  @Test
  void a_bucket_that_redis_lost_starts_empty() {
    var account = new Account("acme", TokenBucket.of(10, 100));

    assertThat(ask(account, 3).waits).containsExactly(100L, 200L, 300L);

    var _ = LAB.redis(Command.FLUSHALL);
    assertThat(ask(account, 3).waits).containsExactly(100L, 200L, 300L);
  }

  @Test
  void what_waits_is_parked_until_its_token_is_due() {
    var account = new Account("acme", TokenBucket.of(10, 100));

    var asked = ask(account, 3);

    long now = stored(account).atMillis();
    for (int i = 0; i < 3; i++) {
      assertThat(score(asked.entries.get(i))).isEqualTo(now + asked.waits.get(i));
    }
  }

  @Test
  void whoever_is_refused_is_left_alone_for_half_of_what_it_owes() {
    var account = new Account("acme", TokenBucket.of(1, 1));

    assertThat(ask(account, 3).waits).containsExactly(1000L, 2000L, -1L);

    var held = LAB.redis(Command.HGET, Keys.HELD, "acme");
    assertThat(String.valueOf(held)).isEqualTo(Long.toString(stored(account).atMillis() + 1000));
    assertThat(score("acme/2")).isNull();
  }

  @Test
  void whoever_is_stopped_is_left_alone_for_a_second() {
    var account = new Account("acme", TokenBucket.of(0, 10));

    assertThat(ask(account, 2).waits).containsExactly(-1L, -1L);

    var held = LAB.redis(Command.HGET, Keys.HELD, "acme");
    assertThat(String.valueOf(held)).isEqualTo(Long.toString(stored(account).atMillis() + 1000));
    assertThat(score("acme/0")).isNull();
  }

  private static void assertAsTheModel(Asked asked, String name) {
    var account = asked.account;
    var stored = stored(account);
    long now = stored.atMillis();
    var level = account.level == null ? account.bucket.empty(began()) : account.level;
    var expected = new ArrayList<Long>();
    for (int i = 0; i < asked.entries.size(); i++) {
      var verdict = account.bucket.take(level, now);
      level = verdict.level();
      expected.add(verdict.waitMillis());
    }
    assertThat(asked.waits).as("%s of %s", name, account.bucket).isEqualTo(expected);
    assertThat(stored).as("%s of %s", name, account.bucket).isEqualTo(level);
    account.level = level;
  }

  /** As if the tenant had been away, or the clock of Redis had gone back. */
  private static void letTimePass(Account account, Random random) {
    var level = stored(account);
    long millis = random.nextLong(1L << random.nextInt(35)) - (random.nextInt(5) == 0 ? 5_000 : 0);
    var moved = new Level(level.tokens(), level.atMillis() - millis);
    var _ = LAB.redis(Command.HSET, Keys.bucket(account.tenant), "at", moved.atMillis());
    account.level = moved;
  }

  @Test
  void a_bucket_that_nobody_has_asked_has_filled_since_redis_knows_of_anything() {
    var _ = ask(new Account("first", TokenBucket.of(1, 1)), 1);
    var _ = LAB.redis(Command.SET, Keys.BEGAN, began() - 60_000);

    assertThat(ask(new Account("acme", TokenBucket.of(0.1, 5)), 6).waits)
        .startsWith(0L, 0L, 0L, 0L, 0L);
  }

  private static Asked ask(Account account, int entries) {
    return ask(Map.of(account, entries)).getFirst();
  }

  private static List<Asked> ask(List<Account> accounts, Random random) {
    var sizes = new HashMap<Account, Integer>();
    accounts.forEach(account -> sizes.put(account, 1 + random.nextInt(40)));
    return sizes.isEmpty() ? List.of() : ask(sizes);
  }

  private static List<Asked> ask(Map<Account, Integer> sizes) {
    var keys =
        new ArrayList<>(
            List.of(Keys.PARKED, Keys.HELD, Keys.ADMITTED, Keys.BEGAN, Keys.COUNTED, Keys.WAITING));
    var size = Integer.toString(sizes.size());
    var arguments = new ArrayList<>(List.of(size, "0", size));
    var groups = new ArrayList<String>();
    var all = new ArrayList<Asked>();
    sizes.forEach(
        (account, entries) -> {
          keys.add(Keys.bucket(account.tenant));
          arguments.add("t");
          arguments.add(account.tenant);
          arguments.add(Long.toString(account.bucket.ratePerSecond()));
          arguments.add(Long.toString(account.bucket.capacity()));
          arguments.add(Long.toString(account.bucket.deepest()));
          var asked = new Asked(account, new ArrayList<>(), new ArrayList<>());
          groups.addAll(List.of("1000000", "1", Integer.toString(all.size() + 1), "0"));
          groups.add(Integer.toString(entries));
          for (int i = 0; i < entries; i++) {
            var entry = account.tenant + "/" + account.asked++;
            asked.entries.add(entry);
            groups.addAll(List.of(entry, ""));
          }
          all.add(asked);
        });
    arguments.addAll(groups);
    var answer = await(LAB.redis().run(Script.ADMIT, keys, arguments));
    int at = 0;
    for (var asked : all) {
      for (int i = 0; i < asked.entries.size(); i++) {
        asked.waits.add(Math.max(-1, Answers.number(answer, at++)));
      }
    }
    return all;
  }

  private static long began() {
    return Long.parseLong(String.valueOf(LAB.redis(Command.GET, Keys.BEGAN)));
  }

  private static Level stored(Account account) {
    var fields = LAB.redis(Command.HMGET, Keys.bucket(account.tenant), "tokens", "at");
    return new Level(Answers.number(fields, 0), Answers.number(fields, 1));
  }

  private static @Nullable Long score(String entry) {
    var score = LAB.redis(Command.ZSCORE, Keys.PARKED, entry + "\tt");
    return score == null ? null : Math.round(Double.parseDouble(score.toString()));
  }

  /** Rates and bursts of every size that a tenant may have; one in eight is stopped. */
  private static List<Account> accounts(int seed, Random random) {
    var accounts = new ArrayList<Account>();
    for (int tenant = 0; tenant < 1 + seed % 4; tenant++) {
      double rate = random.nextInt(8) == 0 ? 0 : 0.001 * Math.pow(10, random.nextDouble() * 9);
      int burst = (int) Math.pow(10, random.nextDouble() * 6);
      accounts.add(new Account("s" + seed + "t" + tenant, TokenBucket.of(rate, burst)));
    }
    return accounts;
  }
}
