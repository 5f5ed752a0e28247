/** Puts a node together, starts it and stops it. */
@CheckReturnValue
@NullMarked
package dev.orchestrix.node;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
