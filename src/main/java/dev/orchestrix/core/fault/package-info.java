/** Places where a test lets the process die. */
@NullMarked
package dev.orchestrix.core.fault;

import org.jspecify.annotations.NullMarked;
