package io.github.compacter4j.train;

import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.torch.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Which rows make up which micro-batch: a shuffle an epoch that follows from (seed, epoch).
 *
 * <p>Grouped by length, the rows of {@value #GROUPED_BATCHES} shuffled batches at a time are sorted
 * by length and cut into batches, and the whole batches are shuffled again.
 */
public final class EpochOrder {
  private static final int GROUPED_BATCHES = 50;

  private final int rows;
  private final IntUnaryOperator length;
  private final Protocol protocol;
  private final long seed;
  private int epoch = -1;
  private int[] order;

  /** An order of so many rows; {@code length} gives the ids of a row, for groups of like length. */
  public EpochOrder(int rows, IntUnaryOperator length, Protocol protocol, long seed) {
    this.rows = rows;
    this.length = length;
    this.protocol = protocol;
    this.seed = seed;
  }

  /** The rows of a micro-batch of a step, both counted from 0; empty where an epoch's rows end. */
  public int[] rows(int step, int microBatch) {
    int perEpoch = protocol.stepsPerEpoch(rows);
    shuffle(step / perEpoch);
    int batch = step % perEpoch * protocol.accumulation() + microBatch;
    int from = Math.min(rows, batch * protocol.batchSize());
    return Arrays.copyOfRange(order, from, Math.min(rows, from + protocol.batchSize()));
  }

  private void shuffle(int wanted) {
    if (wanted == epoch) {
      return;
    }
    epoch = wanted;
    List<Integer> shuffled = new ArrayList<>(IntStream.range(0, rows).boxed().toList());
    SplittableRandom random = new SplittableRandom(Seeds.of(seed, epoch));
    shuffle(shuffled, random);
    if (protocol.groupByLength()) {
      shuffled = grouped(shuffled, random);
    }
    order = shuffled.stream().mapToInt(Integer::intValue).toArray();
  }

  private List<Integer> grouped(List<Integer> shuffled, SplittableRandom random) {
    int size = protocol.batchSize();
    Comparator<Integer> longestFirst = Comparator.comparingInt(row -> -length.applyAsInt(row));
    List<List<Integer>> batches = new ArrayList<>();
    for (int from = 0; from < rows; from += GROUPED_BATCHES * size) {
      List<Integer> group =
          shuffled.subList(from, Math.min(rows, from + GROUPED_BATCHES * size)).stream()
              .sorted(longestFirst)
              .toList();
      for (int start = 0; start < group.size(); start += size) {
        batches.add(group.subList(start, Math.min(group.size(), start + size)));
      }
    }
    shuffle(batches.subList(0, rows / size), random); // a last, smaller batch stays the last
    return batches.stream().flatMap(List::stream).toList();
  }

  private static <T> void shuffle(List<T> list, SplittableRandom random) {
    for (int i = list.size() - 1; i > 0; i--) {
      Collections.swap(list, i, random.nextInt(i + 1));
    }
  }
}
