/** The command line. */
@CheckReturnValue
@NullMarked
package dev.orchestrix.cli;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
