/** Postgres: the pools, the named statements, and batches that are committed together. */
@CheckReturnValue
@NullMarked
package dev.orchestrix.store;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
