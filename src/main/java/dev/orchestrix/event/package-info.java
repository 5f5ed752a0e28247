/** Who hears of a transition. */
@CheckReturnValue
@NullMarked
package dev.orchestrix.event;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
