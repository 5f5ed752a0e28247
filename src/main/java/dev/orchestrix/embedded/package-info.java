/** Postgres and Redis on this machine, for one command to bring up. */
@CheckReturnValue
@NullMarked
package dev.orchestrix.embedded;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
