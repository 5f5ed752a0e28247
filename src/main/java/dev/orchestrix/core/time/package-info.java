/** Durations as people write them. */
@NullMarked
package dev.orchestrix.core.time;

import org.jspecify.annotations.NullMarked;
