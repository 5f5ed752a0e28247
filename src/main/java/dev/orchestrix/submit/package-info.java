/** Accepts jobs. */
@CheckReturnValue
@NullMarked
package dev.orchestrix.submit;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
