/** When a failed attempt may be tried again. */
@NullMarked
package dev.orchestrix.core.retry;

import org.jspecify.annotations.NullMarked;
