package io.github.compacter4j.methods;

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
import io.github.compacter4j.phm.PhmInitializer;
import io.github.compacter4j.phm.PhmLinear;
import io.github.compacter4j.phm.PhmRule;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.Map;

/** Compares one Compacter adapter with one golden file, its inner values included. */
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
    int n = config.required("hypercomplex_division").asInt();
    int rank = config.path("phm_rank").asInt(1);
    PhmRule rule = PhmRule.full(n, PhmInitializer.normal(1), 0, "");
    PhmLinear down = layer(rule, d, k, rank, "down_sampler.");
    PhmLinear up = layer(rule, k, d, rank, "up_sampler.");
    BottleneckAdapter adapter = new BottleneckAdapter(down, up);
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

  private static PhmLinear layer(PhmRule rule, int in, int out, int rank, String prefix) {
    return PhmLinear.builder()
        .setUnits(in, out)
        .setRule(rule)
        .optRank(rank)
        .optName(prefix, 0)
        .build();
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
