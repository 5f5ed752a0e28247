/** Load, and what it measured. */
@CheckReturnValue
@NullMarked
package dev.orchestrix.bench;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
