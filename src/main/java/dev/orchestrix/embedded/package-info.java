/**
 * Postgres and Redis on this machine, for one command to bring up.
 *
 * <p>The servers are real ones, child processes on loopback, with all their files in one folder:
 *
 * <pre>
 *   lock           held by the process that uses the folder; holds its pid
 *   secrets        both passwords, readable by the owner alone
 *   ports          the ports of the last run, used again when free
 *   postgres/      the database; settings in orchestrix.conf, changed with {@code alter system}
 *   redis/         nothing that matters: Redis keeps nothing on disk here
 *   postgres.log   redis.log
 * </pre>
 *
 * <p>Programs are unpacked once for each user, under {@code ~/.cache/orchestrix}.
 */
@CheckReturnValue
@NullMarked
package dev.orchestrix.embedded;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
