package dev.orchestrix.submit;

import dev.orchestrix.tenant.Limit;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.List;
import java.util.function.BiFunction;

/**
 * What submissions with a concurrency key need of others.
 *
 * @param limits the limit of a tenant's key
 * @param displace cancels jobs, each once, on the connection of a transaction; what it answers
 *     tells of that and is run after the commit
 */
public record Lanes(
    BiFunction<String, String, Limit> limits,
    BiFunction<SqlClient, List<Displaced>, Future<Runnable>> displace) {}
