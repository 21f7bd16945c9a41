package io.github.compacter4j.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.results.PairedTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {
  @Test
  void isOfASampleOfSeeds() {
    Summary summary = Summary.of(List.of(1.0, 2.0, 3.0, 6.0));
    assertEquals(3, summary.mean());
    assertEquals(2.5, summary.median());
    assertEquals(Math.sqrt(14 / 3.0), summary.sd(), 1e-12);
    Interval interval = summary.interval().orElseThrow();
    double half = 3.182446305284263 * Math.sqrt(14 / 3.0) / 2; // t(0.975, 3)
    assertEquals(3 - half, interval.low(), 1e-9);
    assertEquals(3 + half, interval.high(), 1e-9);
    assertEquals("3.00 ± 2.16", summary.toString());
  }

  @Test
  void oneSeedHasNoSpread() {
    Summary summary = Summary.of(List.of(71.234));
    assertTrue(Double.isNaN(summary.sd()));
    assertTrue(summary.interval().isEmpty());
    assertEquals("71.23", summary.toString());
    assertEquals("76.13", Summary.of(List.of(76.125)).toString());
  }

  @Test
  void allSignsAreTriedOnFewPairs() {
    assertEquals(2 / 8.0, PairedTest.of(List.of(1.0, 2.0, 3.0)).p());
    assertEquals(4 / 8.0, PairedTest.of(List.of(-1.0, 2.0, 3.0)).p());
    assertEquals(1, PairedTest.of(List.of(1.0, -1.0)).p());
    assertEquals(1, PairedTest.of(List.of(5.0)).p());
    assertEquals(1, PairedTest.of(List.of(0.0, 0.0, 0.0)).p());
    // 0.1 + 0.2 - 0.3 is 5.6e-17 and must count as far as 0.3 - 0.1 - 0.2
    assertEquals(1, PairedTest.of(List.of(0.1, 0.2, -0.3)).p());
    assertEquals(2 / 65536.0, PairedTest.of(Collections.nCopies(16, 0.3)).p());
  }

  @Test
  void aSampleOfSignsComesCloseToAllOfThem() {
    List<Double> differences = new ArrayList<>();
    for (int i = 0; i < 18; i++) {
      differences.add(Math.sin(i) + 0.25);
    }
    int asFar = 0;
    double observed = differences.stream().mapToDouble(d -> d).sum();
    for (int pattern = 0; pattern < 1 << 18; pattern++) {
      double sum = 0;
      for (int i = 0; i < 18; i++) {
        sum += (pattern >> i & 1) == 0 ? differences.get(i) : -differences.get(i);
      }
      asFar += Math.abs(sum) >= Math.abs(observed) - 1e-9 ? 1 : 0;
    }
    double exact = asFar / (double) (1 << 18);
    assertTrue(exact > 0.01 && exact < 0.5, "a telling case: " + exact);
    PairedTest test = PairedTest.of(differences);
    assertEquals(exact, test.p(), 0.006); // four standard errors
    assertEquals(test, PairedTest.of(differences));
    assertTrue(PairedTest.of(Collections.nCopies(40, 1.0)).p() > 0);
  }
}
