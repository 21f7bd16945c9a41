package io.github.compacter4j.train;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.GoldenKind;
import io.github.compacter4j.GoldenMethods;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.Tiny;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.StepRule;
import io.github.compacter4j.torch.OneThread;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Steps of methods with rules, each as the reference took it, by the step that every run takes.
 * What the methods draw in a step is the file's.
 */
@ExtendWith(OneThread.class)
class MethodTrainingGoldenTest {
  private static final double TOLERANCE = 1e-9;

  static List<String> files() {
    return GoldenKind.METHOD_TRAINING.files();
  }

  @ParameterizedTest
  @MethodSource("files")
  void takesTheReferencesSteps(String file) {
    JsonNode golden = Goldens.file(file);
    Method method = GoldenMethods.require(file, golden);
    try (Tiny tiny = new Tiny(golden.required("base").asText(), DataType.FLOAT64);
        Adaptation adaptation = method.applyTo(tiny.network(), "mrpc", 0)) {
      Trajectory trajectory = Trajectory.of(method.name(), golden, tiny, adaptation);
      trajectory.begin();
      take(file, golden, tiny, adaptation, trajectory);
      trajectory.compareAtTheEnd(new Values(file + " at the end"));
    }
  }

  private static void take(
      String file, JsonNode golden, Tiny tiny, Adaptation adaptation, Trajectory trajectory) {
    JsonNode config = golden.required("config");
    JsonNode steps = golden.required("steps");
    LinearSchedule schedule =
        new LinearSchedule(
            config.required("base_lr").asDouble(), config.required("warmup").asInt(), steps.size());
    List<StepRule> rules = new ArrayList<>(adaptation.rules());
    rules.add(trajectory);
    try (AdamW optimizer = new AdamW(adaptation, trajectory.clip(), 0, trajectory.factors())) {
      TrainingStep training = new TrainingStep(adaptation, rules, optimizer, steps.size(), 0);
      for (JsonNode expected : steps) {
        int step = expected.required("step").asInt();
        double rate = schedule.rate(step + 1);
        TrainingStep.Taken taken =
            training.take(step, rate, n -> gradients(tiny, adaptation, trajectory, n));
        Values values = new Values(file + " step " + step);
        values.equal("lr", expected.required("lr"), rate);
        values.equal("loss", expected.required("loss"), taken.loss());
        if (expected.has("grad_norm_before_clip")) {
          values.equal("norm", expected.required("grad_norm_before_clip"), taken.norm());
        }
        trajectory.compare(expected, values);
      }
    }
  }

  private static StepGradients.Sum gradients(
      Tiny tiny, Adaptation adaptation, Trajectory trajectory, int step) {
    double loss = tiny.backward(0, 1);
    double penalty = StepGradients.penalty(adaptation, step);
    trajectory.lost(loss, penalty);
    return new StepGradients.Sum(loss + penalty, 1);
  }
}
