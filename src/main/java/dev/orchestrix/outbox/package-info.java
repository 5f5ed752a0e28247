/** From Postgres to the streams: the relay and the feeder. */
@CheckReturnValue
@NullMarked
package dev.orchestrix.outbox;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
