package dev.orchestrix.transition;

/** Statements that write to a job without moving it. */
final class NoteSql {

  /**
   * Keeps what attempts that still own their jobs have said; what is null stays as it is.
   *
   * <p>$1 ids uuid[], $2 attempts int4[], $3 reports text[] or nulls, $4 checkpoints text[] or
   * nulls, $5 lowest id, $6 highest id
   */
  static final String KEEP =
      """
      update jobs j
         set report = coalesce(n.report, j.report),
             checkpoint = coalesce(n.checkpoint, j.checkpoint)
        from unnest($1::uuid[], $2::int4[], $3::text[], $4::text[])
          as n(id, attempt, report, checkpoint)
       where j.id = any($1) and j.id between $5 and $6
         and j.id = n.id and j.state = 'RUNNING' and j.attempt = n.attempt
      returning j.id, j.attempt
      """;

  private NoteSql() {}
}
