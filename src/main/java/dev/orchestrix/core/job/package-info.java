/** What a job is: its states, its outcomes, and what each outcome leads to. */
@NullMarked
package dev.orchestrix.core.job;

import org.jspecify.annotations.NullMarked;
