package dev.orchestrix.cli;

import dev.orchestrix.auth.ApiKey;
import dev.orchestrix.auth.AuditLine;
import dev.orchestrix.auth.AuditLog;
import dev.orchestrix.auth.KeyStore;
import dev.orchestrix.auth.MadeKey;
import dev.orchestrix.auth.NewKey;
import dev.orchestrix.auth.Role;
import dev.orchestrix.core.limit.RateLimit;
import dev.orchestrix.core.time.Durations;
import dev.orchestrix.store.Ids;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.tenant.Tenant;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code orchestrix key}: makes and revokes keys in the database, without a node. */
@Command(
    name = "key",
    description = "Make, list and revoke keys of the API, in the database.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "create|list|revoke")
final class KeyCommand {
  private static final String ALL_TENANTS = "*";
  private static final int MOST = 1000;

  @Spec private @Nullable CommandSpec spec;

  @Command(
      name = "create",
      description = "Make a key and print it, which is done this once.",
      mixinStandardHelpOptions = true)
  int create(
      @Option(
              names = "--role",
              required = true,
              description = "viewer, submitter, operator or admin.")
          Role role,
      @Option(
              names = "--tenant",
              defaultValue = ALL_TENANTS,
              description = "Whose jobs it is for; * (the default) for all tenants.")
          String tenant,
      @Option(names = "--name", defaultValue = "made by hand", description = "What it is for.")
          String name,
      @Option(names = "--expires-in", description = "How long it opens anything, such as 90d.")
          @Nullable String expiresIn,
      @Option(names = "--request-rate", description = "Requests a second that it may make.")
          @Nullable Double requestRate,
      @Option(
              names = "--request-burst",
              description = "Requests at once; those of a second unless given.")
          @Nullable Integer requestBurst,
      @Mixin SettingOptions options)
      throws InterruptedException, ExecutionException {
    var life = expiresIn == null ? null : Durations.parse(expiresIn).orElse(null);
    check(expiresIn == null || (life != null && life.isPositive()), "--expires-in: such as 90d");
    check(life == null || life.compareTo(NewKey.LONGEST_LIFE) <= 0, "--expires-in: at most 3650d");
    check(tenant.equals(ALL_TENANTS) || Tenant.isId(tenant), "--tenant: no tenant has that id");
    check(NewKey.isName(name), "--name: 1 to " + NewKey.LONGEST_NAME + " characters");
    var requests = requests(requestRate, requestBurst);
    var of = tenant.equals(ALL_TENANTS) ? null : tenant;
    var wanted = new NewKey(of, role, name, true, life, requests);
    var made =
        with(
            options,
            (keys, log) ->
                keys.create(wanted)
                    .compose(
                        key ->
                            key.isEmpty()
                                ? Future.succeededFuture(key)
                                : log.write(line("create_key", key.get().key())).map(key)));
    print(made.map(MadeKey::text).orElse("there is no such tenant, or it is being deleted"));
    return made.isPresent() ? 0 : 1;
  }

  @Command(
      name = "list",
      description = "Say which keys there are.",
      mixinStandardHelpOptions = true)
  int list(@Mixin SettingOptions options) throws InterruptedException, ExecutionException {
    var found = with(options, (keys, _) -> keys.list(null, null, MOST));
    print(row("ID", "PREFIX", "TENANT", "ROLE", "STATE", "NAME"));
    for (var key : found) {
      var tenant = key.tenant() == null ? ALL_TENANTS : key.tenant();
      print(
          row(
              key.id().toString(),
              key.prefix(),
              tenant,
              key.role().label(),
              state(key),
              key.name()));
    }
    return 0;
  }

  @Command(name = "revoke", description = "Revoke a key for good.", mixinStandardHelpOptions = true)
  int revoke(
      @Parameters(paramLabel = "ID", description = "As `key list` says it.") UUID id,
      @Mixin SettingOptions options)
      throws InterruptedException, ExecutionException {
    var revoked =
        with(
            options,
            (keys, log) ->
                keys.revoke(id, null)
                    .compose(
                        key ->
                            key.isEmpty()
                                ? Future.succeededFuture(key)
                                : log.write(line("revoke_key", key.get())).map(key)));
    print(revoked.map(key -> "revoked " + key.prefix()).orElse("there is no such key"));
    return revoked.isPresent() ? 0 : 1;
  }

  /** The line of the audit log: a user of this machine has done it, by hand. */
  private static AuditLine line(String action, ApiKey key) {
    var after = new JsonObject().put("prefix", key.prefix()).put("role", key.role().label());
    return new AuditLine(
        Ids.next(),
        null,
        "cli " + System.getProperty("user.name"),
        null,
        action,
        key.tenant(),
        key.id().toString(),
        200,
        null,
        after.put("name", key.name()).encode(),
        null);
  }

  private @Nullable RateLimit requests(@Nullable Double rate, @Nullable Integer burst) {
    if (rate == null) {
      check(burst == null, "--request-burst: needs --request-rate");
      return null;
    }
    check(
        rate >= RateLimit.LEAST_REQUESTS && rate <= RateLimit.MOST_RATE,
        "--request-rate: 0.001 to 1000000");
    check(
        burst == null || (burst >= 1 && burst <= RateLimit.MOST_BURST),
        "--request-burst: 1 to 1000000");
    return RateLimit.of(rate, burst);
  }

  private static String state(ApiKey key) {
    if (key.revokedAt() != null) {
      return "revoked";
    }
    return key.expiresAt() == null ? "for ever" : "until " + key.expiresAt();
  }

  private static String row(
      String id, String prefix, String tenant, String role, String state, String name) {
    return "%-36s %-8s %-20s %-9s %-33s %s".formatted(id, prefix, tenant, role, state, name);
  }

  private void check(boolean fits, String otherwise) {
    if (!fits) {
      throw new ParameterException(command().commandLine(), otherwise);
    }
  }

  private void print(String line) {
    command().commandLine().getOut().println(line);
    command().commandLine().getOut().flush();
  }

  private CommandSpec command() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not filled it in");
    }
    return spec;
  }

  /** Who may call the API does not matter here: whoever reaches the database may do anything. */
  private static <T> T with(SettingOptions options, BiFunction<KeyStore, AuditLog, Future<T>> work)
      throws InterruptedException, ExecutionException {
    var vertx = Vertx.vertx();
    var postgres = Postgres.connect(vertx, options.loader().node(options.flags()).postgres());
    try {
      return await(work.apply(new KeyStore(postgres), new AuditLog(postgres)));
    } finally {
      var _ = await(postgres.close().eventually(vertx::close));
    }
  }

  private static <T extends @Nullable Object> T await(Future<T> future)
      throws InterruptedException, ExecutionException {
    return future.toCompletionStage().toCompletableFuture().get();
  }
}
