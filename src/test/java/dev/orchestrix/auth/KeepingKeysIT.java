package dev.orchestrix.auth;

import static dev.orchestrix.testkit.Lab.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.config.Settings;
import dev.orchestrix.store.Ids;
import dev.orchestrix.testkit.Lab;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Keys in Postgres and in the memory of two nodes. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@SuppressWarnings("NullAway.Init")
class KeepingKeysIT {
  private static final String ADMIN = "an-admin-key-that-nobody-would-guess";

  @RegisterExtension static final Lab LAB = new Lab();

  private Keys here;
  private Keys there;
  private Bearer door;
  private Bearer otherDoor;

  @BeforeEach
  void start_two() {
    var _ = LAB.rows("insert into tenants (id) values ('acme')");
    here = keys();
    there = keys();
    door = door(here);
    otherDoor = door(there);
  }

  @AfterEach
  void stop() {
    here.stop();
    there.stop();
  }

  @Test
  void a_key_opens_what_it_was_made_for_on_every_node() {
    var made = make(new NewKey("acme", Role.SUBMITTER, "billing", false, null, null));

    assertThat(caller(door, made.text()))
        .isEqualTo(
            new Caller(
                "key " + made.key().prefix() + " (billing)",
                "acme",
                Role.SUBMITTER,
                false,
                new RequestBucket("key:" + made.key().id(), null)));
    Lab.until("the other node knows it", () -> caller(otherDoor, made.text()) != null);
  }

  @Test
  void what_is_not_quite_a_key_opens_nothing() {
    var text = make(wanted(null)).text();
    char last = text.charAt(text.length() - 1);
    var wrong = text.substring(0, text.length() - 1) + (last == 'A' ? 'B' : 'A');

    assertThat(caller(door, wrong)).isNull();
    assertThat(caller(door, text + "A")).isNull();
    assertThat(caller(door, text.substring(0, 20))).isNull();
    assertThat(visitor("Basic " + text)).isNull();
    assertThat(visitor(text)).isNull();
    assertThat(visitor("Bearer ")).isNull();
    assertThat(visitor(null)).isNull();
    assertThat(visitor("bearer " + text)).isNotNull();
  }

  @Test
  void the_key_of_the_settings_opens_everything() {
    var caller = caller(door, ADMIN);

    assertThat(caller).isEqualTo(new Caller("the admin key", null, Role.ADMIN, true));
    assertThat(caller(door, ADMIN + "x")).isNull();
  }

  @Test
  void the_secret_is_stored_nowhere() {
    var text = make(wanted(null)).text();

    var row = LAB.rows("select k::text, length(hash) from api_keys k").getFirst();

    assertThat(row.getString(0)).doesNotContain(text.substring(12));
    assertThat(row.getInteger(1)).isEqualTo(32);
  }

  @Test
  void a_revoked_key_opens_nothing_and_stays_in_the_list() {
    var made = make(wanted(null));
    Lab.until("the other node knows it", () -> caller(otherDoor, made.text()) != null);

    var revoked = await(here.revoke(made.key().id(), "acme"));

    assertThat(revoked.orElseThrow().revokedAt()).isNotNull();
    assertThat(caller(door, made.text())).isNull();
    Lab.until("the other node refuses it", () -> caller(otherDoor, made.text()) == null);
    assertThat(await(here.list("acme", null, 10)))
        .extracting(ApiKey::id)
        .containsExactly(made.key().id());
  }

  @Test
  void nobody_revokes_rotates_or_sees_the_key_of_another_tenant() {
    var made = make(wanted(null));

    assertThat(await(here.revoke(made.key().id(), "other"))).isEmpty();
    assertThat(await(here.rotate(made.key().id(), "other", Duration.ZERO))).isEmpty();
    assertThat(await(here.list("other", null, 10))).isEmpty();
    assertThat(await(here.revoke(Ids.next(), null))).isEmpty();
    assertThat(caller(door, made.text())).isNotNull();
  }

  @Test
  void a_key_ends_when_its_life_is_over() {
    var text = make(wanted(Duration.ofHours(1))).text();
    assertThat(caller(door, text)).isNotNull();

    var _ =
        LAB.rows(
            """
            update api_keys
               set expires_at = clock_timestamp() + interval '100 ms', updated_at = clock_timestamp()
            """);

    Lab.until("it has ended", () -> caller(door, text) == null);
  }

  @Test
  void a_rotated_key_opens_until_its_grace_is_over_and_its_successor_lives_as_long() {
    var old = make(wanted(Duration.ofDays(30)));

    var made = await(here.rotate(old.key().id(), "acme", Duration.ofMillis(500))).orElseThrow();

    assertThat(made.key().name()).isEqualTo("billing");
    assertThat(made.key().expiresAt()).isAfterOrEqualTo(old.key().expiresAt());
    assertThat(caller(door, made.text())).isNotNull();
    Lab.until("the old one has ended", () -> caller(door, old.text()) == null);
    assertThat(await(here.rotate(old.key().id(), "acme", Duration.ZERO))).isEmpty();
  }

  @Test
  void the_last_use_of_a_key_is_noted_once() {
    var made = make(wanted(null));

    for (int i = 0; i < 100; i++) {
      assertThat(caller(door, made.text())).isNotNull();
    }

    Lab.until("noted", () -> lastUse().isPresent());
    var first = lastUse();
    assertThat(caller(door, made.text())).isNotNull();
    Lab.until("the other node knows it", () -> caller(otherDoor, made.text()) != null);
    assertThat(lastUse()).isEqualTo(first);
  }

  @Test
  void a_node_that_has_not_read_for_long_forgets_keys_that_are_gone() {
    var skew = new AtomicLong();
    var settings =
        new Settings.Auth(
            Settings.AuthMode.KEYS, Optional.of(ADMIN), Optional.empty(), Optional.empty());
    var late =
        new Keys(
            LAB.vertx(),
            new KeyStore(LAB.postgres()),
            settings,
            () -> System.nanoTime() + skew.get());
    var _ = await(late.start());
    var lateDoor = door(late);
    var text = make(wanted(null)).text();
    Lab.until("it has heard", () -> caller(lateDoor, text) != null);
    var _ = LAB.rows("delete from api_keys");

    skew.set(Duration.ofMinutes(1).toNanos());

    Lab.until("it has read everything", () -> caller(lateDoor, text) == null);
    late.stop();
  }

  @Test
  void no_key_is_made_for_a_tenant_that_is_leaving_or_gone() {
    var _ = LAB.rows("update tenants set leaving_at = now() where id = 'acme'");

    assertThat(await(here.create(wanted(null)))).isEmpty();
    assertThat(await(here.create(new NewKey("gone", Role.VIEWER, "x", true, null, null))))
        .isEmpty();
  }

  private static Optional<Object> lastUse() {
    return Optional.ofNullable(
        LAB.rows("select last_used_at from api_keys").getFirst().getValue(0));
  }

  private static NewKey wanted(@Nullable Duration life) {
    return new NewKey("acme", Role.OPERATOR, "billing", true, life, null);
  }

  private static @Nullable Caller caller(Bearer door, String key) {
    return door.visitor("Bearer " + key) instanceof Caller caller ? caller : null;
  }

  private @Nullable Caller visitor(@Nullable String header) {
    return door.visitor(header) instanceof Caller caller ? caller : null;
  }

  private static Bearer door(Keys keys) {
    return new Bearer(new Access(keys, Optional.empty(), KeepingKeysIT::uncounted));
  }

  private static RequestLimits uncounted() {
    return new RequestLimits(
        LAB.redis(), Optional.empty(), LAB.meters(), System::nanoTime, RequestLimits.PATIENCE);
  }

  private static Keys keys() {
    var settings =
        new Settings.Auth(
            Settings.AuthMode.KEYS, Optional.of(ADMIN), Optional.empty(), Optional.empty());
    var keys = new Keys(LAB.vertx(), new KeyStore(LAB.postgres()), settings);
    var _ = await(keys.start());
    return keys;
  }

  private MadeKey make(NewKey wanted) {
    return await(here.create(wanted)).orElseThrow();
  }
}
