/** May this job start now, and if not, when. */
@CheckReturnValue
@NullMarked
package dev.orchestrix.admission;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
