package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.methods.Tiny;
import io.github.compacter4j.methods.TinyModel;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.torch.GradientCheck;
import java.util.ArrayList;
import java.util.List;

/**
 * Ranks, scores and reserves of growing triplets, of which a file has those in use and no others.
 */
final class IncreLoraTrajectory extends Trajectory {
  /** The matrices in the order of the network, which is the order of the scores. */
  private final List<String> matrices = new ArrayList<>();

  IncreLoraTrajectory(JsonNode golden, Tiny tiny, Adaptation adaptation) {
    super(golden, tiny, adaptation);
    JsonNode listed = golden.required("initial_params");
    tiny.network()
        .anatomy()
        .shapes()
        .keySet()
        .forEach(
            name -> {
              String matrix = name.replaceFirst("\\.weight$", "");
              if (listed.has(matrix)) {
                matrices.add(matrix);
              }
            });
  }

  @Override
  void begin() {
    golden
        .required("initial_params")
        .properties()
        .forEach(
            e ->
                e.getValue()
                    .properties()
                    .forEach(tensor -> put(e.getKey(), tensor.getKey(), 0, tensor.getValue())));
  }

  @Override
  public void afterUpdate(Step step) {
    at(step)
        .required("new_reserve")
        .properties()
        .forEach(
            e -> {
              int granted = (int) granted(e.getKey());
              put(e.getKey(), "A", granted, e.getValue().required("reserve_A"));
              put(e.getKey(), "B", granted, e.getValue().required("reserve_B"));
            });
  }

  private NDArray tensor(String matrix, String letter) {
    return adaptation.trainable().get(matrix + ".lora_" + letter).getArray();
  }

  private double granted(String matrix) {
    return GradientCheck.doubles(adaptation.fixed().get(matrix + ".ranknum").getArray())[0];
  }

  /** Puts the file's triplets behind the first ones of a tensor. */
  private void put(String matrix, String letter, int first, JsonNode value) {
    NDArray tensor = tensor(matrix, letter);
    double[] all = GradientCheck.doubles(tensor);
    Goldens.Tensor part = Goldens.tensor(value);
    boolean columns = letter.equals("B");
    int width = (int) (columns ? part.shape()[1] : tensor.getShape().get(1));
    int wide = (int) tensor.getShape().get(1);
    for (int i = 0; i < part.data().length; i++) {
      int row = i / width + (columns ? 0 : first);
      int column = i % width + (columns ? first : 0);
      all[row * wide + column] = part.data()[i];
    }
    TinyModel.set(tensor, all);
  }

  @Override
  void compare(JsonNode step, Values values) {
    super.compare(step, values);
    double[] mean = GradientCheck.doubles(adaptation.fixed().get("increlora_mean").getArray());
    double[] spread = GradientCheck.doubles(adaptation.fixed().get("increlora_spread").getArray());
    double total = 0;
    for (int i = 0; i < mean.length; i++) {
      String matrix = matrices.get(i);
      values.equal(
          "score of " + matrix, step.required("score").required(matrix), mean[i] * spread[i]);
      values.equal("rank of " + matrix, step.required("ranknum").required(matrix), granted(matrix));
      total += granted(matrix);
    }
    values.equal("all ranks", step.required("total_rank"), total);
  }

  @Override
  void compareAtTheEnd(Values values) {
    JsonNode expected = golden.required("final_params");
    assertEquals(3 * expected.size(), adaptation.trainable().size());
    expected
        .properties()
        .forEach(
            e ->
                e.getValue()
                    .properties()
                    .forEach(
                        tensor -> compare(e.getKey(), tensor.getKey(), tensor.getValue(), values)));
  }

  /** Those of the file come first, and all behind them are zero. */
  private void compare(String matrix, String letter, JsonNode expected, Values values) {
    NDArray tensor = tensor(matrix, letter);
    long used = Goldens.tensor(expected).shape()[letter.equals("B") ? 1 : 0];
    String columns = letter.equals("B") ? ":, " : "";
    values.equal(matrix + " " + letter, expected, tensor.get(columns + ":" + used));
    assertEquals(0, tensor.get(columns + used + ":").abs().sum().getDouble(), matrix + letter);
  }
}
