package dev.orchestrix.submit;

import dev.orchestrix.core.job.NewJob;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * What writing some jobs gave.
 *
 * @param closed the tenants that take no jobs any more; when there are any, nothing was written
 * @param then sends the jobs on their way; to be run after the commit
 */
record Written(Set<String> closed, Runnable then) {
  static final Written NOTHING = new Written(Set.of(), () -> {});

  /** Nothing was written for the sake of these tenants. */
  static Written refused(RowSet<Row> closed) {
    var tenants = new HashSet<String>();
    closed.forEach(row -> tenants.add(row.getString(0)));
    return new Written(tenants, () -> {});
  }

  /** Writes the jobs of all other tenants; the answers are in the order of all jobs. */
  static Future<List<Submitted>> others(
      List<NewJob> jobs,
      Set<String> closed,
      Function<List<NewJob>, Future<List<Submitted>>> write) {
    var others = jobs.stream().filter(job -> !closed.contains(job.tenant())).toList();
    var written =
        others.isEmpty() ? Future.succeededFuture(List.<Submitted>of()) : write.apply(others);
    return written.map(
        answers -> {
          var next = answers.iterator();
          var all = new ArrayList<Submitted>(jobs.size());
          for (var job : jobs) {
            all.add(closed.contains(job.tenant()) ? new Submitted.Closed() : next.next());
          }
          return all;
        });
  }
}
