/** Circuit breakers: what fails too often is left alone for a while, by all nodes. */
@CheckReturnValue
@NullMarked
package dev.orchestrix.circuit;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
