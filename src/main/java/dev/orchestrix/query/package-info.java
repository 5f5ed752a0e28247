/** Read-only views. */
@CheckReturnValue
@NullMarked
package dev.orchestrix.query;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
