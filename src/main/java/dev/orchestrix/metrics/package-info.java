/** Every meter the engine has, named once. */
@CheckReturnValue
@NullMarked
package dev.orchestrix.metrics;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
