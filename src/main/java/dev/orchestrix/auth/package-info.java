/** Who calls, and what they may do: keys and roles. */
@CheckReturnValue
@NullMarked
package dev.orchestrix.auth;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
