/** What the engine can be told: read once, checked whole, never changed. */
@CheckReturnValue
@NullMarked
package dev.orchestrix.config;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
