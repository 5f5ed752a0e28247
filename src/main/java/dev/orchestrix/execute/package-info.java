/** Runs jobs, and the interface that a job handler implements. */
@CheckReturnValue
@NullMarked
package dev.orchestrix.execute;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
