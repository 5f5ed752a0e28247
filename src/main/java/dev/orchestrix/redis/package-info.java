/** Redis: the keys, the scripts, and the connection. */
@CheckReturnValue
@NullMarked
package dev.orchestrix.redis;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
