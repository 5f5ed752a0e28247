/** Why the engine could not do what it was asked. */
@NullMarked
package dev.orchestrix.core.failure;

import org.jspecify.annotations.NullMarked;
