package io.github.compacter4j.train;

import io.github.compacter4j.torch.Seeds;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Which rows make up which micro-batch: a shuffle an epoch that follows from (seed, epoch). */
final class EpochOrder {
  private final int rows;
  private final Protocol protocol;
  private final long seed;
  private int epoch = -1;
  private int[] order;

  EpochOrder(int rows, Protocol protocol, long seed) {
    this.rows = rows;
    this.protocol = protocol;
    this.seed = seed;
  }

  /** The rows of a micro-batch of a step, both counted from 0; empty where an epoch's rows end. */
  int[] rows(int step, int microBatch) {
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
    order = new int[rows];
    Arrays.setAll(order, i -> i);
    SplittableRandom random = new SplittableRandom(Seeds.of(seed, epoch));
    for (int i = rows - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }
}
