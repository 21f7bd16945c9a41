package io.github.compacter4j.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NamedRandomTest {
  @Test
  void aStreamDependsOnSeedAndName() {
    float[] draws = new NamedRandom(1, "a").normal(5, 1);
    assertArrayEquals(draws, new NamedRandom(1, "a").normal(5, 1));
    assertFalse(Arrays.equals(draws, new NamedRandom(2, "a").normal(5, 1)));
    assertFalse(Arrays.equals(draws, new NamedRandom(1, "b").normal(5, 1)));
  }

  @Test
  void signsAreFairCoins() {
    byte[] signs = new NamedRandom(1, "signs").signs(100_000);
    int sum = IntStream.range(0, signs.length).map(i -> signs[i]).sum();
    assertEquals(0, sum, 5 * Math.sqrt(signs.length));
    assertEquals(1, IntStream.range(0, signs.length).map(i -> Math.abs(signs[i])).max().orElse(0));
  }

  @Test
  void permutationsHoldEveryNumberAtEveryPlaceEquallyOften() {
    int[] first = new int[5];
    NamedRandom random = new NamedRandom(1, "permutation");
    for (int draw = 0; draw < 50_000; draw++) {
      int[] values = random.permutation(5);
      assertArrayEquals(new int[] {0, 1, 2, 3, 4}, Arrays.stream(values).sorted().toArray());
      first[values[0]]++;
    }
    for (int count : first) {
      assertEquals(10_000, count, 5 * Math.sqrt(8_000));
    }
  }

  @Test
  void samplesHoldEachNumberEquallyOften() {
    int[] drawn = new int[7];
    NamedRandom random = new NamedRandom(1, "sample");
    for (int draw = 0; draw < 70_000; draw++) {
      long[] values = random.sample(7, 3);
      assertTrue(values[0] < values[1] && values[1] < values[2]);
      Arrays.stream(values).forEach(value -> drawn[(int) value]++);
    }
    for (int count : drawn) {
      assertEquals(30_000, count, 5 * Math.sqrt(70_000 * 3.0 / 7 * 4 / 7));
    }
    assertArrayEquals(new long[] {0, 1, 2, 3}, random.sample(4, 4));
  }
}
