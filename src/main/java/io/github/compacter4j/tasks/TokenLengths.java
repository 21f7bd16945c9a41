package io.github.compacter4j.tasks;

import io.github.compacter4j.UserException;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.text.T5Tokenizer;
import io.github.compacter4j.text.TokenCache;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import tech.tablesaw.api.Table;

/** How many ids the sources of rows have before any is cut, the end of sequence included. */
public final class TokenLengths {
  private final int[] sorted;

  private TokenLengths(int[] lengths) {
    sorted = lengths.clone();
    Arrays.sort(sorted);
  }

  /** The lengths of all rows of a split, without the task's name before the source. */
  public static TokenLengths of(TaskData data, Split split, T5Tokenizer tokenizer) {
    return of(data, split, tokenizer, Integer.MAX_VALUE);
  }

  /**
   * The lengths of at most so many rows, evenly spaced over the split, without the task's name.
   *
   * @throws UserException (wrong usage) where mostRows is below 1
   */
  public static TokenLengths of(TaskData data, Split split, T5Tokenizer tokenizer, int mostRows) {
    if (mostRows < 1) {
      throw UserException.usage("rows to measure: expected at least 1, found " + mostRows);
    }
    Table table = data.table(split);
    int all = table.rowCount();
    int count = Math.min(all, mostRows);
    int[] rows = IntStream.range(0, count).map(i -> (int) ((long) i * all / count)).toArray();
    List<String> sources = data.sources(TaskTable.select(table, rows), false);
    return new TokenLengths(
        TokenCache.usual().encodeAll(tokenizer, sources, Integer.MAX_VALUE).stream()
            .mapToInt(encoded -> encoded.ids().length)
            .toArray());
  }

  /** The lengths, ascending. */
  public int[] values() {
    return sorted.clone();
  }

  /** Their mean. */
  public double mean() {
    return Arrays.stream(sorted).average().orElseThrow();
  }

  /** Their median, the mean of the two middle ones where their number is even. */
  public double median() {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
  }

  /** The greatest. */
  public int max() {
    return sorted[sorted.length - 1];
  }

  /** The share, from 0 to 1, of rows that are cut to this many ids. */
  public double truncatedShare(int maxLength) {
    return Arrays.stream(sorted).filter(length -> length > maxLength).count()
        / (double) sorted.length;
  }
}
