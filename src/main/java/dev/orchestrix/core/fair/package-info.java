/** Who goes next when not everybody can. */
@NullMarked
package dev.orchestrix.core.fair;

import org.jspecify.annotations.NullMarked;
