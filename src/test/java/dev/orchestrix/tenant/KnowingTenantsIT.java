package dev.orchestrix.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.config.Settings;
import dev.orchestrix.core.limit.LimitKind;
import dev.orchestrix.core.limit.PauseKind;
import dev.orchestrix.core.limit.Strategy;
import dev.orchestrix.embedded.EmbeddedServers;
import dev.orchestrix.store.Migrations;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.testkit.Lab;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class KnowingTenantsIT {
  private static EmbeddedServers servers;
  private static Vertx vertx;
  private static Postgres postgres;

  /** Two nodes, so to speak: each knows what it has read. */
  private Tenants here;

  private Tenants there;

  @BeforeAll
  static void start() {
    servers = EmbeddedServers.ephemeral();
    new Migrations(servers.postgresUrl()).up();
    vertx = Vertx.vertx();
    postgres =
        Postgres.connect(
            vertx, new Settings.Postgres(servers.postgresUrl(), 2, Duration.ofSeconds(10)));
  }

  @AfterAll
  static void stop() {
    postgres.close().await();
    vertx.close().await();
    servers.close();
  }

  @BeforeEach
  void start_two() {
    here = new Tenants(vertx, postgres);
    there = new Tenants(vertx, postgres);
    Future.all(here.start(), there.start()).await();
  }

  @AfterEach
  void stop_both() {
    here.stop();
    there.stop();
  }

  @Test
  void the_default_tenant_is_there_and_has_no_limits() {
    assertThat(here.exists("default").await()).isTrue();
    assertThat(here.limits("default")).isEmpty();
    assertThat(here.find("default").await()).contains(new Tenant("default", 1, null));
  }

  @Test
  void a_tenant_that_nobody_has_made_is_not_there() {
    assertThat(here.exists("nobody").await()).isFalse();
    assertThat(here.exists("Not an id").await()).isFalse();
    assertThat(here.find("nobody").await()).isEmpty();
    assertThat(here.limits("nobody")).isEmpty();
  }

  @Test
  void a_tenant_made_on_one_node_is_known_on_the_other_when_it_is_asked() {
    var limits = TenantLimits.of(2.5, 10);

    var written = here.put(new Tenant("asked", 3, limits)).await().orElseThrow();

    assertThat(written).isEqualTo(new Tenant("asked", 3, limits));
    assertThat(here.limits("asked")).contains(limits);
    assertThat(there.exists("asked").await()).isTrue();
    assertThat(there.limits("asked")).contains(limits);
    assertThat(there.share("asked")).isEqualTo(3);
    assertThat(there.share("nobody")).isEqualTo(1);
    assertThat(there.list().await()).contains(written);
  }

  @Test
  void a_tenant_has_no_share_while_it_is_stopped() {
    here.put(new Tenant("stopped", 3, TenantLimits.of(0, 1))).await();
    assertThat(here.share("stopped")).isZero();

    here.put(new Tenant("stopped", 3, TenantLimits.of(1, 1))).await();
    assertThat(here.share("stopped")).isEqualTo(3);
  }

  @Test
  void a_change_of_limits_reaches_the_other_node_without_being_asked_for() throws Exception {
    var changes = changes();
    here.put(new Tenant("told", 1, TenantLimits.of(1, 1))).await();
    assertThat(changes.poll(10, TimeUnit.SECONDS)).isEqualTo("told");

    here.put(new Tenant("told", 1, TenantLimits.of(7, 7))).await();

    assertThat(until(there, "told", Optional.of(TenantLimits.of(7, 7)))).isTrue();
  }

  @Test
  void a_change_that_the_bus_lost_is_found_in_postgres() {
    write("insert into tenants (id, rate, burst) values ('lost', 3, 4)");
    assertThat(until(here, "lost", Optional.of(TenantLimits.of(3, 4)))).isTrue();

    write("update tenants set rate = null, burst = null, updated_at = now() where id = 'lost'");

    assertThat(until(here, "lost", Optional.empty())).isTrue();
  }

  @Test
  void a_thousand_questions_about_an_unknown_tenant_get_the_same_answer() {
    var answers = IntStream.range(0, 1000).mapToObj(_ -> here.exists("made-later")).toList();

    assertThat(answers).allSatisfy(answer -> assertThat(answer.await()).isFalse());

    there.put(new Tenant("made-later", 1, null)).await();
    assertThat(here.exists("made-later").await()).isTrue();
  }

  @Test
  void limits_that_mean_nothing_are_refused() {
    assertThatThrownBy(() -> TenantLimits.of(-1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TenantLimits.of(1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Tenant("No", 1, null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static BlockingQueue<String> changes() {
    var changes = new LinkedBlockingQueue<String>();
    var consumer = vertx.eventBus().<String>consumer(Addresses.TENANTS);
    consumer.handler(message -> changes.add(message.body()));
    consumer.completion().await();
    return changes;
  }

  /** Looks until the node knows these limits; the test's timeout ends it otherwise. */
  private static boolean until(Tenants node, String tenant, Optional<TenantLimits> limits) {
    while (!node.limits(tenant).equals(limits)) {
      LockSupport.parkNanos(1_000_000);
    }
    return true;
  }

  private static void write(String sql) {
    postgres.writes().query(sql).execute().await();
  }

  @Test
  void a_tenant_that_leaves_is_known_as_such_and_not_known_once_it_is_gone() {
    put("leaving");
    assertThat(here.leave("leaving").await().orElseThrow().leaving()).isTrue();

    Lab.until("the other has heard", () -> there.leaving("leaving"));
    assertThat(there.exists("leaving").await()).isTrue();
    assertThat(there.put(new Tenant("leaving", 2, null)).await()).isEmpty();
    sql("delete from tenants where id = 'leaving'");

    assertThat(there.exists("leaving").await()).isFalse();
    assertThat(there.leaving("leaving")).isFalse();
    put("leaving");
    Lab.until("it is another", () -> there.exists("leaving").await());
    assertThat(there.leaving("leaving")).isFalse();
  }

  @Test
  void a_tenant_goes_when_everybody_has_heard_that_nothing_is_its_own_any_more() {
    put("going");
    sql(
        "insert into api_keys (id, prefix, hash, tenant, role, name, payloads)"
            + " values (gen_random_uuid(), 'p', sha256('p'), 'going', 'viewer', 'x', true)");
    var _ = here.leave("going").await();
    assertThat(number("select count(*) from api_keys where revoked_at is null")).isZero();

    assertThat(here.go("going").await()).as("it has just begun to leave").isFalse();
    sql("update tenants set leaving_at = now() - interval '1 m' where id = 'going'");
    assertThat(here.go("going").await()).as("its key was just revoked").isFalse();
    sql("update api_keys set updated_at = now() - interval '1 m'");

    assertThat(here.go("going").await()).isTrue();
    assertThat(number("select count(*) from api_keys")).isZero();
    assertThat(here.find("going").await()).isEmpty();
  }

  @Test
  void nothing_is_given_to_a_tenant_that_is_leaving_or_gone() {
    put("closed");
    var _ = here.leave("closed").await();
    var limits = new Limits(vertx, postgres);
    var pauses = new Pauses(vertx, postgres, here.leaving());

    for (var tenant : new String[] {"closed", "never-was"}) {
      var limit = new Limit(LimitKind.CONCURRENCY_KEY, tenant, "k", null, 1, Strategy.QUEUE);
      assertThat(limits.put(limit).await()).isEmpty();
      assertThat(pauses.pause(PauseKind.TENANT, tenant, "me", null, null).await()).isEmpty();
    }
    assertThat(pauses.tenant("closed")).isTrue();
    assertThat(pauses.none()).isFalse();
  }

  @Test
  void a_node_that_has_not_read_for_long_forgets_what_is_gone() {
    var skew = new AtomicLong();
    var late = new Tenants(vertx, postgres, () -> System.nanoTime() + skew.get());
    late.start().await();
    var _ = here.put(new Tenant("over", 1, TenantLimits.of(1, 1))).await();
    Lab.until("it has heard", () -> late.limits("over").isPresent());
    sql("delete from tenants where id = 'over'");

    skew.set(Duration.ofMinutes(1).toNanos());

    Lab.until("it has read everything", () -> late.limits("over").isEmpty());
    assertThat(late.exists("over").await()).isFalse();
    late.stop();
  }

  private void put(String id) {
    assertThat(here.put(new Tenant(id, 1, null)).await()).isPresent();
  }

  private static void sql(String sql) {
    var _ = postgres.reads().query(sql).execute().await();
  }

  private static long number(String sql) {
    return postgres.reads().query(sql).execute().await().iterator().next().getLong(0);
  }
}
