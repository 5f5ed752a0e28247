package dev.orchestrix.submit;

import dev.orchestrix.core.job.Idempotency;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.core.job.Unique;

/** A key of a tenant: of a submission, of a kind of job, or of jobs that share slots. */
record Name(String tenant, String key) {

  static Name of(NewJob job, Idempotency idempotency) {
    return new Name(job.tenant(), idempotency.key());
  }

  static Name of(NewJob job, Unique unique) {
    return new Name(job.tenant(), unique.key());
  }
}
