package dev.orchestrix.store;

import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Columns of a batch, as the arrays that a statement unnests. */
public final class Rows {

  /** One column: {@code value} of every row, in order. */
  public static <T, C> C[] column(
      List<T> rows, IntFunction<C[]> array, Function<? super T, ? extends C> value) {
    var column = array.apply(rows.size());
    for (int i = 0; i < column.length; i++) {
      column[i] = value.apply(rows.get(i));
    }
    return column;
  }

  /**
   * The same for a column that has nulls: empty when it has nothing else. It has to be unnested
   * beside a column that is whole, which fills it up with nulls; Postgres need not read them.
   */
  public static <T, C> @Nullable C[] nullable(
      List<T> rows,
      IntFunction<@Nullable C[]> array,
      Function<? super T, ? extends @Nullable C> value) {
    @Nullable C[] column = null;
    for (int i = 0; i < rows.size(); i++) {
      var one = value.apply(rows.get(i));
      if (one != null) {
        column = column == null ? array.apply(rows.size()) : column;
        column[i] = one;
      }
    }
    return column == null ? array.apply(0) : column;
  }

  /** The smallest of one id or more: with {@link #highest} it tells Postgres which partitions. */
  public static UUID lowest(UUID[] ids) {
    var lowest = ids[0];
    for (var id : ids) {
      lowest = Ids.AS_STORED.compare(id, lowest) < 0 ? id : lowest;
    }
    return lowest;
  }

  /** The largest of one id or more. */
  public static UUID highest(UUID[] ids) {
    var highest = ids[0];
    for (var id : ids) {
      highest = Ids.AS_STORED.compare(id, highest) > 0 ? id : highest;
    }
    return highest;
  }

  private Rows() {}
}
