/** The handlers that come with the engine. */
@CheckReturnValue
@NullMarked
package dev.orchestrix.handler;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
