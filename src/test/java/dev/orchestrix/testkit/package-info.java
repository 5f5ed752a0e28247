/**
 * What several tests need: real servers, nodes that are processes, files that are made from code.
 */
@CheckReturnValue
@NullMarked
package dev.orchestrix.testkit;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
