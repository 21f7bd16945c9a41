package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.run.Protocol;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every epoch holds every row once, in an order that follows from (seed, epoch). */
class EpochOrderTest {
  private static final int ROWS = 1003;
  private static final int SIZE = 10;

  private static EpochOrder order(boolean grouped, long seed) {
    Protocol protocol =
        Protocol.small(MethodSpec.of("full"))
            .with("batchSize", SIZE)
            .with("groupByLength", grouped);
    return new EpochOrder(ROWS, EpochOrderTest::length, protocol, seed);
  }

  private static int length(int row) {
    return 2 + row * 31 % 97;
  }

  private static int[][] batches(EpochOrder order, int epoch) {
    int steps = (ROWS + SIZE - 1) / SIZE;
    return IntStream.range(0, steps)
        .mapToObj(step -> order.rows(epoch * steps + step, 0))
        .toArray(int[][]::new);
  }

  private static int padding(int[][] batches) {
    int padding = 0;
    for (int[] batch : batches) {
      int longest = Arrays.stream(batch).map(EpochOrderTest::length).max().orElseThrow();
      padding += Arrays.stream(batch).map(row -> longest - length(row)).sum();
    }
    return padding;
  }

  @Test
  void everyRowComesOnceAnEpoch() {
    for (boolean grouped : new boolean[] {false, true}) {
      for (int epoch = 0; epoch < 2; epoch++) {
        int[] rows =
            Arrays.stream(batches(order(grouped, 1), epoch))
                .flatMapToInt(Arrays::stream)
                .sorted()
                .toArray();
        assertArrayEquals(IntStream.range(0, ROWS).toArray(), rows);
      }
    }
  }

  @Test
  void ordersDifferBetweenEpochsAndSeedsAndRepeat() {
    for (boolean grouped : new boolean[] {false, true}) {
      int[] first = batches(order(grouped, 1), 0)[0];
      assertArrayEquals(first, batches(order(grouped, 1), 0)[0]);
      assertTrue(!Arrays.equals(first, batches(order(grouped, 1), 1)[0]));
      assertTrue(!Arrays.equals(first, batches(order(grouped, 2), 0)[0]));
    }
  }

  @Test
  void groupsSavePaddingAndLeaveTheSmallerBatchLast() {
    int[][] grouped = batches(order(true, 1), 0);
    assertTrue(padding(grouped) * 5 < padding(batches(order(false, 1), 0)));
    assertEquals(ROWS % SIZE, grouped[grouped.length - 1].length);
  }

  @Test
  void groupsAreNotInTheOrderOfLength() {
    int[] longest =
        Arrays.stream(batches(order(true, 1), 0))
            .mapToInt(batch -> Arrays.stream(batch).map(EpochOrderTest::length).max().orElse(0))
            .toArray();
    long rises =
        IntStream.range(1, longest.length).filter(i -> longest[i] > longest[i - 1]).count();
    assertTrue(rises > longest.length / 4, "rises: " + rises);
  }
}
