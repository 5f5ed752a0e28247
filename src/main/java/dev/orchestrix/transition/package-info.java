/** The only writer of a job's state. */
@CheckReturnValue
@NullMarked
package dev.orchestrix.transition;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
