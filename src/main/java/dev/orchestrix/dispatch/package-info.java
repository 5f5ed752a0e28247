/** From the streams to the executors. */
@CheckReturnValue
@NullMarked
package dev.orchestrix.dispatch;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
