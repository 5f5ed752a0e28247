/** How many jobs a tenant may start, as arithmetic. */
@NullMarked
package dev.orchestrix.core.limit;

import org.jspecify.annotations.NullMarked;
