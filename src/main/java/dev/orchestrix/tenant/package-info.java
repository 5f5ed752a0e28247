/** Tenants and their limits. */
@CheckReturnValue
@NullMarked
package dev.orchestrix.tenant;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
