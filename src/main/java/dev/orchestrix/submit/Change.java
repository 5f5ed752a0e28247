package dev.orchestrix.submit;

import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.core.job.Unique;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a waiting job takes over.
 *
 * @param holder that job, as it was when this was decided
 * @param values has the fields that are taken over
 */
record Change(Holder holder, Set<Unique.Field> fields, NewJob values) {

  /** This change, followed by another one. */
  Change then(Change next) {
    var all = EnumSet.copyOf(fields);
    all.addAll(next.fields);
    return new Change(holder, all, values.with(next.fields, next.values));
  }

  boolean has(Unique.Field field) {
    return fields.contains(field);
  }
}
