/** Finds the work of the dead. */
@CheckReturnValue
@NullMarked
package dev.orchestrix.recover;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
