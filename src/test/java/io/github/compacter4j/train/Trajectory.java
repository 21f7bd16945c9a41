package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.GoldenArrays;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.methods.Tiny;
import io.github.compacter4j.methods.TinyModel;
import io.github.compacter4j.methods.ranks.LeadingRank;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Stack;
import io.github.compacter4j.model.StepRule;
import io.github.compacter4j.model.TensorSpec;
import io.github.compacter4j.torch.GradientCheck;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a golden file of steps tells of one method beyond losses and norms: where it starts, what it
 * draws, what a step and the end show. As a rule behind the method's own it replaces what that has
 * drawn by what the file says.
 */
class Trajectory implements StepRule {
  final JsonNode golden;
  final JsonNode config;
  final Tiny tiny;
  final Adaptation adaptation;
  private double crossEntropy;
  private double penalty;

  Trajectory(JsonNode golden, Tiny tiny, Adaptation adaptation) {
    this.golden = golden;
    this.config = golden.required("config");
    this.tiny = tiny;
    this.adaptation = adaptation;
  }

  /** That of a method. */
  static Trajectory of(String method, JsonNode golden, Tiny tiny, Adaptation adaptation) {
    return switch (method) {
      case "adalora" -> new OfAdaLora(golden, tiny, adaptation);
      case "increlora" -> new IncreLoraTrajectory(golden, tiny, adaptation);
      case "lisa" -> new OfLisa(golden, tiny, adaptation);
      case "spiel" -> new OfSpiel(golden, tiny, adaptation);
      case "dylora" -> new OfDyLora(golden, tiny, adaptation);
      case "sora" -> new OfSoRa(golden, tiny, adaptation);
      default -> throw new AssertionError("no trajectory of " + method);
    };
  }

  /** Gives the tensors the file's first values. */
  void begin() {
    golden
        .required("initial_params")
        .properties()
        .forEach(e -> set(adaptation.trainable().get(e.getKey()), e.getValue()));
  }

  static void set(Parameter parameter, JsonNode value) {
    NDArray target = parameter.getArray();
    try (GradientMode off = GradientMode.off();
        NDArray source = GoldenArrays.array(target.getManager(), value, target.getDataType())) {
      TorchFunctions.copy(source, target);
    }
  }

  /** The largest norm that is not clipped. */
  double clip() {
    return 1;
  }

  /** By what the rates of some tensors are multiplied. */
  Map<String, Double> factors() {
    return Map.of();
  }

  /** Hears of a step's loss in its two parts. */
  void lost(double ofTheNetwork, double ofTheMethod) {
    crossEntropy = ofTheNetwork;
    penalty = ofTheMethod;
  }

  /** Compares what a step shows. */
  void compare(JsonNode step, Values values) {
    if (step.has("cross_entropy")) {
      values.equal("cross entropy", step.required("cross_entropy"), crossEntropy);
    }
  }

  /** The file's values of the step. */
  JsonNode at(Step step) {
    return golden.required("steps").get(step.number());
  }

  /** The method's part of the step's loss. */
  double penalty() {
    return penalty;
  }

  /** Compares each listed tensor, and how many of its entries are not zero. */
  void compareEach(JsonNode expected, JsonNode notZero, Values values) {
    SortedMap<String, Parameter> tensors = adaptation.trainable();
    expected
        .properties()
        .forEach(e -> values.equal(e.getKey(), e.getValue(), tensors.get(e.getKey()).getArray()));
    notZero
        .properties()
        .forEach(e -> assertEquals(e.getValue().asLong(), notZero(e.getKey()), e.getKey()));
  }

  private long notZero(String name) {
    double[] values = GradientCheck.doubles(adaptation.trainable().get(name).getArray());
    return Arrays.stream(values).filter(value -> value != 0).count();
  }

  /** Compares what all steps lead to. */
  void compareAtTheEnd(Values values) {
    JsonNode expected = golden.required("final_params");
    expected
        .properties()
        .forEach(
            e ->
                values.equal(
                    e.getKey(), e.getValue(), adaptation.trainable().get(e.getKey()).getArray()));
    assertEquals(expected.size(), adaptation.trainable().size());
  }

  /** Budget, singular values and their number; nothing is drawn. */
  private static final class OfAdaLora extends Trajectory {
    OfAdaLora(JsonNode golden, Tiny tiny, Adaptation adaptation) {
      super(golden, tiny, adaptation);
    }

    @Override
    void compare(JsonNode step, Values values) {
      super.compare(step, values);
      values.equal("penalty", step.required("orth_penalty"), penalty());
      compareEach(step.required("E"), step.required("ranks"), values);
      int t = step.required("step").asInt();
      int first = config.required("tinit").asInt();
      int end = config.required("total_step").asInt() - config.required("tfinal").asInt();
      if (t > first && (t >= end || t % config.required("deltaT").asInt() == 0)) {
        double left = adaptation.fixed().get("adalora_mask").getArray().sum().getDouble();
        values.equal("budget", step.required("budget"), left);
      }
    }
  }

  /** The drawn ranks, and the loss of each in the end. */
  private static final class OfDyLora extends Trajectory {
    private final LeadingRank leading;

    OfDyLora(JsonNode golden, Tiny tiny, Adaptation adaptation) {
      super(golden, tiny, adaptation);
      leading = (LeadingRank) adaptation.rules().get(0);
    }

    @Override
    public void beforeForward(Step step) {
      assertEquals(at(step).required("b").asInt() + 1, at(step).required("rank").asInt());
      leading.use(at(step).required("rank").asInt());
    }

    @Override
    void compareAtTheEnd(Values values) {
      super.compareAtTheEnd(values);
      golden
          .required("final_loss_by_rank")
          .properties()
          .forEach(
              e -> {
                leading.use(Integer.parseInt(e.getKey()));
                values.equal("loss of rank " + e.getKey(), e.getValue(), tiny.loss());
              });
    }
  }

  /** The gates, which have a rate of their own. */
  private static final class OfSoRa extends Trajectory {
    OfSoRa(JsonNode golden, Tiny tiny, Adaptation adaptation) {
      super(golden, tiny, adaptation);
    }

    @Override
    Map<String, Double> factors() {
      double factor = config.required("gate_lr").asDouble() / config.required("base_lr").asDouble();
      Map<String, Double> factors = new TreeMap<>();
      adaptation.trainable().keySet().stream()
          .filter(name -> name.endsWith(".gate"))
          .forEach(name -> factors.put(name, factor));
      return factors;
    }

    @Override
    void compare(JsonNode step, Values values) {
      super.compare(step, values);
      double mean = penalty() / config.required("lambda1").asDouble();
      values.equal("mean of gates", step.required("mean_abs_gate"), mean);
      compareEach(step.required("gates"), step.required("nonzero"), values);
    }
  }

  /** The drawn blocks; the base itself trains, and the file has some tensors and sums of all. */
  private static final class OfLisa extends Trajectory {
    OfLisa(JsonNode golden, Tiny tiny, Adaptation adaptation) {
      super(golden, tiny, adaptation);
    }

    @Override
    void begin() {}

    @Override
    public void beforeForward(Step step) {
      Anatomy sizes = tiny.network().anatomy();
      int blocks = sizes.blocks(Stack.ENCODER);
      List<Integer> active = new ArrayList<>();
      at(step).required("active_blocks").forEach(block -> active.add(block.asInt()));
      for (TensorSpec tensor : sizes.tensors()) {
        tensor
            .place()
            .ifPresent(
                place -> {
                  int first = place.stack() == Stack.ENCODER ? 0 : blocks;
                  boolean pauses = !active.contains(first + place.block());
                  step.tensors().pause(tensor.name(), pauses);
                });
      }
    }

    @Override
    void compareAtTheEnd(Values values) {
      SortedMap<String, Parameter> tensors = adaptation.trainable();
      golden
          .required("final_params")
          .properties()
          .forEach(e -> values.equal(e.getKey(), e.getValue(), tensors.get(e.getKey()).getArray()));
      JsonNode sums = golden.required("final_sums");
      assertEquals(sums.size(), tensors.size());
      tensors.forEach(
          (name, p) -> {
            double[] all = GradientCheck.doubles(p.getArray());
            values.equal("sum of " + name, sums.required(name).get(0), Arrays.stream(all).sum());
            double squares = Arrays.stream(all).map(x -> x * x).sum();
            values.equal("squares of " + name, sums.required(name).get(1), squares);
          });
    }
  }

  /** Where the values of a sparse delta are, and how many moved. */
  private static final class OfSpiel extends Trajectory {
    private final Map<String, Set<Long>> before = new TreeMap<>();

    OfSpiel(JsonNode golden, Tiny tiny, Adaptation adaptation) {
      super(golden, tiny, adaptation);
    }

    @Override
    double clip() {
      return Double.POSITIVE_INFINITY;
    }

    @Override
    void begin() {
      golden
          .required("initial_indices")
          .properties()
          .forEach(
              e -> {
                long columns = columns(e.getKey());
                long[] entries = Goldens.longs(e.getValue());
                double[] both = new double[2 * entries.length];
                for (int i = 0; i < entries.length; i++) {
                  both[i] = entries[i] / columns;
                  both[entries.length + i] = entries[i] % columns;
                }
                TinyModel.set(places(e.getKey()), both);
              });
    }

    private long columns(String matrix) {
      return tiny.network().anatomy().shapes().get(matrix + ".weight").get(1);
    }

    private NDArray places(String matrix) {
      return adaptation.fixed().get(matrix + ".sft_places").getArray();
    }

    private List<Long> entries(String matrix) {
      double[] both = GradientCheck.doubles(places(matrix));
      int k = both.length / 2;
      List<Long> entries = new ArrayList<>();
      for (int i = 0; i < k; i++) {
        entries.add((long) both[i] * columns(matrix) + (long) both[k + i]);
      }
      return entries;
    }

    @Override
    public void beforeForward(Step step) {
      golden
          .required("final")
          .fieldNames()
          .forEachRemaining(matrix -> before.put(matrix, Set.copyOf(entries(matrix))));
    }

    @Override
    void compare(JsonNode step, Values values) {
      super.compare(step, values);
      before.forEach(
          (matrix, old) -> {
            Set<Long> now = new TreeSet<>(entries(matrix));
            JsonNode listed = step.required("indices").path(matrix);
            if (!listed.isMissingNode()) {
              Set<Long> expected = new TreeSet<>();
              listed.forEach(index -> expected.add(index.asLong()));
              assertEquals(expected, now, values.at() + " " + matrix);
            }
            now.removeAll(old);
            int moved = step.required("replaced").path(matrix).asInt(0);
            assertEquals(moved, now.size(), values.at() + " moved in " + matrix);
          });
    }

    @Override
    void compareAtTheEnd(Values values) {
      golden
          .required("final")
          .properties()
          .forEach(
              e -> {
                List<Long> at = entries(e.getKey());
                double[] delta =
                    GradientCheck.doubles(
                        adaptation.trainable().get(e.getKey() + ".sft_delta").getArray());
                JsonNode indices = e.getValue().required("indices");
                assertEquals(indices.size(), at.size());
                for (int i = 0; i < indices.size(); i++) {
                  int place = at.indexOf(indices.get(i).asLong());
                  values.equal(e.getKey(), e.getValue().required("values").get(i), delta[place]);
                }
              });
    }
  }
}
