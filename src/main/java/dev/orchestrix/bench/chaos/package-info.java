/**
 * A cluster of real processes whose servers and connections are made to fail on purpose, and a
 * judge that reads afterwards what became of every job.
 */
@CheckReturnValue
@NullMarked
package dev.orchestrix.bench.chaos;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
