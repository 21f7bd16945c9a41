package io.github.compacter4j.methods.own;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.methods.TinyModel;
import io.github.compacter4j.methods.TinyModel.Family;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.torch.GradientCheck;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.train.AdamW;
import io.github.compacter4j.train.StepGradients;
import io.github.compacter4j.train.TrainingStep;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What SpIEL's first phase moves. */
@ExtendWith(OneThread.class)
class SpielTest {
  private static final String MATRIX = "encoder.layer.0.attention.self.query.";

  /** How many places of a matrix the first phase gave up, of how many. */
  private record Moved(int gone, int of) {}

  /** The first phase: steps 0 and 1 of 10. */
  private static Moved moved(boolean trained) {
    String spec = "spiel[density=0.05,targets=q,interval=4,collect=2,rate=0.5]";
    try (TinyModel tiny = Family.BERT.open(DataType.FLOAT64);
        Adaptation adaptation = Methods.parse(spec).applyTo(tiny.network(), "task", 1);
        AdamW optimizer = new AdamW(adaptation, 1, 0, Map.of())) {
      if (trained) {
        try (GradientMode off = GradientMode.off()) {
          adaptation.trainable().values().forEach(values -> values.getArray().addi(1e-3));
        }
      }
      Parameter places = adaptation.kept().get(MATRIX + SparseDelta.PLACES);
      Set<List<Double>> before = pairs(places);
      int all = before.size();
      TrainingStep training = new TrainingStep(adaptation, optimizer, 10, 1);
      for (int step = 0; step < 2; step++) {
        training.take(step, 1e-4, n -> gradients(tiny));
      }
      before.removeAll(pairs(places));
      return new Moved(before.size(), all);
    }
  }

  private static StepGradients.Sum gradients(TinyModel tiny) {
    tiny.backward();
    return new StepGradients.Sum(0, 1);
  }

  private static Set<List<Double>> pairs(Parameter places) {
    double[] both = GradientCheck.doubles(places.getArray()); // (2, k)
    int k = both.length / 2;
    Set<List<Double>> pairs = new HashSet<>();
    IntStream.range(0, k).forEach(i -> pairs.add(List.of(both[i], both[k + i])));
    return pairs;
  }

  @Test
  void valuesThatWereTrainedBeforeAreNotThrownAway() {
    Moved fresh = moved(false);
    assertTrue(fresh.gone() > 0.4 * fresh.of(), "at first all may go: " + fresh);
    Moved trained = moved(true); // rate times the share of the run that is left
    assertEquals((int) (0.5 * 0.8 * trained.of()), trained.gone());
  }
}
