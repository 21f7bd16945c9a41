package io.github.compacter4j.phm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Computed;
import io.github.compacter4j.GoldenArrays;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.RandomInitializer;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares one PHM layer with one golden file: H, y and every gradient of sum(y * g). */
public final class PhmGolden {
  private PhmGolden() {}

  public static void check(String file, JsonNode golden, DataType type) {
    compute(file, golden, type).assertMatches(golden);
  }

  /** What the layer computes for the file. */
  public static Computed compute(String file, JsonNode golden, DataType type) {
    JsonNode config = golden.required("config");
    RandomInitializer any = RandomInitializer.normal(1);
    int n = config.required("phm_dim").asInt();
    boolean factorised = config.path("factorized_phm_rule").asBoolean(false);
    PhmRule rule = factorised ? PhmRule.factorised(n, any, 0, "") : PhmRule.full(n, any, 0, "");
    PhmLinear layer =
        PhmLinear.builder()
            .setUnits(
                config.required("in_features").asInt(), config.required("out_features").asInt())
            .setRule(rule)
            .optRank(
                config.path("factorized_phm").asBoolean(false)
                    ? config.required("phm_rank").asInt()
                    : 0)
            .optBias(config.required("bias").asBoolean())
            .build();
    try (NDManager manager = Torch.newManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Map<String, Parameter> parameters = fill(layer, golden.required("params"), manager, type);
      Computed computed = new Computed(file);
      try (GradientMode off = GradientMode.off()) {
        computed.add("/H", layer.dense(), GoldenArrays.tolerance(type));
      }
      run(computed, golden, layer, parameters, manager, type);
      return computed;
    }
  }

  /** Gives the block's parameters the golden values, by the last parts of their names. */
  public static Map<String, Parameter> fill(
      Block block, JsonNode values, NDManager manager, DataType type) {
    Map<String, Parameter> byName = new TreeMap<>();
    for (Parameter parameter : block.getParameters().values()) {
      byName.put(parameter.getName(), parameter);
    }
    if (!byName.keySet().equals(names(values))) {
      throw new AssertionError("tensors " + byName.keySet() + ", expected " + names(values));
    }
    byName.forEach(
        (name, parameter) -> {
          parameter.initialize(manager, type);
          TorchFunctions.copy(
              GoldenArrays.array(manager, values.required(name), type), parameter.getArray());
          parameter.getArray().setRequiresGradient(true);
        });
    return byName;
  }

  private static Set<String> names(JsonNode values) {
    Set<String> names = new TreeSet<>();
    values.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Computes y, the gradients and the gradient of x. */
  public static void run(
      Computed computed,
      JsonNode golden,
      Block block,
      Map<String, Parameter> parameters,
      NDManager manager,
      DataType type) {
    NDArray x = GoldenArrays.array(manager, golden.required("x"), type);
    x.setRequiresGradient(true);
    NDArray g = GoldenArrays.array(manager, golden.required("g"), type);
    try (GradientMode on = GradientMode.on()) {
      NDArray y =
          block.forward(new ParameterStore(manager, false), new NDList(x), true).singletonOrThrow();
      computed.add("/y", y, GoldenArrays.tolerance(type));
      Torch.backward(y.mul(g).sum());
    }
    double tolerance = GoldenArrays.gradientTolerance(type);
    if (!parameters.keySet().equals(names(golden.required("grad")))) {
      throw new AssertionError(
          "gradients of " + parameters.keySet() + ", expected " + names(golden.required("grad")));
    }
    parameters.forEach(
        (name, parameter) ->
            computed.add("/grad/" + name, parameter.getArray().getGradient(), tolerance));
    computed.add("/grad_x", x.getGradient(), tolerance);
  }
}
