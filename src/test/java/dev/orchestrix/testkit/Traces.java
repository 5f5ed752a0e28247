package dev.orchestrix.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a tenant that is gone has left in Postgres: any table, whatever it is called. */
public final class Traces {
  /** Tables that keep what was, on purpose. */
  private static final Set<String> KEPT = Set.of("audit_log");

  /** Every table with a column of that name, but for the partitions of others. */
  private static final String TABLES =
      """
      select c.table_name::text
        from information_schema.columns c
        join pg_class t on t.relname = c.table_name and t.relkind in ('r', 'p')
       where c.table_schema = 'public' and c.column_name = $1 and not t.relispartition
         and c.data_type = $2
      """;

  /** Rows of a tenant, by table; empty when nothing is left. */
  public static List<String> of(Lab lab, String tenant) {
    var found = new ArrayList<String>();
    for (var table : tables(lab, "tenant", "text")) {
      count(
          lab, found, table, "select count(*) from " + table + " where tenant = '" + tenant + "'");
    }
    count(lab, found, "tenants", "select count(*) from tenants where id = '" + tenant + "'");
    count(lab, found, "pauses", "select count(*) from pauses where name = '" + tenant + "'");
    return found;
  }

  /** Rows that name jobs which are gone, by table; empty when there are none. */
  public static List<String> ofMissingJobs(Lab lab) {
    var found = new ArrayList<String>();
    for (var table : tables(lab, "job", "uuid")) {
      count(
          lab,
          found,
          table,
          "select count(*) from "
              + table
              + " n where not exists (select from jobs j where j.id = n.job)");
    }
    for (var table : tables(lab, "jobs", "ARRAY")) {
      count(
          lab,
          found,
          table,
          "select count(*) from "
              + table
              + " n, unnest(n.jobs) u(job) where not exists (select from jobs j where j.id ="
              + " u.job)");
    }
    return found;
  }

  private static List<String> tables(Lab lab, String column, String type) {
    return lab.rows(TABLES, column, type).stream()
        .map(row -> row.getString(0))
        .filter(table -> !KEPT.contains(table))
        .toList();
  }

  private static void count(Lab lab, List<String> found, String table, String sql) {
    long rows = lab.number(sql);
    if (rows > 0) {
      found.add(table + ": " + rows);
    }
  }

  private Traces() {}
}
