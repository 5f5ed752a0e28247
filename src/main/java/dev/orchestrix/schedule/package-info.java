/** Jobs whose time has not come. */
@CheckReturnValue
@NullMarked
package dev.orchestrix.schedule;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
