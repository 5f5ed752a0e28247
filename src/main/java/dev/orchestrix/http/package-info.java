/** The HTTP API. */
@CheckReturnValue
@NullMarked
package dev.orchestrix.http;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
