/** Every address and message on the clustered event bus, declared once. */
@CheckReturnValue
@NullMarked
package dev.orchestrix.bus;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
