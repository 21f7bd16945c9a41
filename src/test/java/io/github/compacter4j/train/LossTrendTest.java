package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.compacter4j.run.MetricsLine;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Training that learns nothing says so, and training that learns slowly does not. */
class LossTrendTest {
  @Test
  void aLossThatRoseIsToldOf() {
    assertEquals(
        Optional.of(
            "nothing was learned: the loss rose from 1.50 in the first 2 steps to 19.50 in the last;"
                + " a lower learning rate (--lr) may help"),
        LossTrend.warning(lines(20, step -> step)));
  }

  @Test
  void aLossThatFellOrStayedHasNoWarning() {
    assertEquals(Optional.empty(), LossTrend.warning(lines(600, step -> 4.0 / step)));
    assertEquals(Optional.empty(), LossTrend.warning(lines(600, step -> 0.61 + 0.02 * step / 600)));
  }

  @Test
  void fewStepsSayNothing() {
    assertEquals(Optional.empty(), LossTrend.warning(lines(19, step -> step)));
  }

  private static List<MetricsLine> lines(int steps, IntToDoubleFunction loss) {
    return IntStream.rangeClosed(1, steps)
        .mapToObj(step -> new MetricsLine(step, 1, loss.applyAsDouble(step), 1.0, 1e-3, null))
        .toList();
  }
}
