package io.github.compacter4j.methods.adapter;

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
import io.github.compacter4j.phm.PhmGolden;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.RandomInitializer;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.Map;
import java.util.OptionalInt;

/** Compares one adapter of any kind with one golden file, its inner values included. */
public final class AdapterGolden {
  private AdapterGolden() {}

  public static void check(String file, JsonNode golden, DataType type) {
    compute(file, golden, type).assertMatches(golden);
  }

  /** What the adapter computes for the file. */
  public static Computed compute(String file, JsonNode golden, DataType type) {
    JsonNode config = golden.required("config");
    int d = config.required("input_dim").asInt();
    int k = config.required("bottleneck").asInt();
    AdapterLayers.Maker maker = layers(config).maker(0);
    Block down = maker.layer("down", d, k, "down_sampler.");
    Block up = maker.layer("up", k, d, "up_sampler.");
    BottleneckAdapter adapter = new BottleneckAdapter(down, TorchFunctions::geluTanh, up);
    try (NDManager manager = Torch.newManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Map<String, Parameter> parameters =
          PhmGolden.fill(adapter, golden.required("params"), manager, type);
      Computed computed = new Computed(file);
      inside(computed, golden, down, up, manager, type);
      PhmGolden.run(computed, golden, adapter, parameters, manager, type);
      return computed;
    }
  }

  private static AdapterLayers layers(JsonNode config) {
    if (config.path("low_rank_adapters").asBoolean()) {
      return new LowRankLayers(1, WeightInit.GLOROT_UNIFORM);
    }
    if (!config.path("hypercomplex_adapters").asBoolean()) {
      return new DenseLayers(WeightInit.NORMAL);
    }
    int n = config.required("hypercomplex_division").asInt();
    int rank = config.path("factorized_phm").asBoolean() ? config.path("phm_rank").asInt(1) : 0;
    return PhmLayers.of(OptionalInt.of(n), rank, config.path("shared_phm_rule").asBoolean());
  }

  /** Compares a LowRankLinear alone with its golden file. */
  public static void checkLowRankLinear(String file, JsonNode golden, DataType type) {
    JsonNode config = golden.required("config");
    LowRankLinear layer =
        new LowRankLinear(
            config.required("input_dim").asInt(),
            config.required("output_dim").asInt(),
            config.required("rank").asInt(),
            RandomInitializer.glorotUniform(),
            0,
            "");
    try (NDManager manager = Torch.newManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Map<String, Parameter> parameters =
          PhmGolden.fill(layer, golden.required("params"), manager, type);
      Computed computed = new Computed(file);
      PhmGolden.run(computed, golden, layer, parameters, manager, type);
      computed.assertMatches(golden);
    }
  }

  private static void inside(
      Computed computed, JsonNode golden, Block down, Block up, NDManager manager, DataType type) {
    try (GradientMode off = GradientMode.off()) {
      double tolerance = GoldenArrays.tolerance(type);
      NDArray x = GoldenArrays.array(manager, golden.required("x"), type);
      NDArray inner = forward(down, manager, x);
      computed.add("/down_out", inner, tolerance);
      NDArray active = TorchFunctions.geluTanh(inner);
      computed.add("/act_out", active, tolerance);
      NDArray y = forward(up, manager, active);
      computed.add("/up_out", y, tolerance);
    }
  }

  private static NDArray forward(Block block, NDManager manager, NDArray x) {
    return block.forward(new ParameterStore(manager, false), new NDList(x), false).head();
  }
}
