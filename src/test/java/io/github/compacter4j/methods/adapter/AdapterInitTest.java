package io.github.compacter4j.methods.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.torch.Torch;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mean, variance, kurtosis and support of what tensors start with, over many draws (facts 1.5). */
class AdapterInitTest {
  private static final int D = 96;
  private static final int K = 24;
  private static final int MODELS = 120;

  /** All values that tensors with this ending start with in many models, of 96 to 24 to 96. */
  private static double[] draws(String spec, String tensor) {
    AdapterLayers layers = ((AdapterMethod) Methods.parse(spec)).options().layers();
    DoubleStream.Builder values = DoubleStream.builder();
    try (NDManager manager = Torch.newManager()) {
      for (long seed = 0; seed < MODELS; seed++) {
        layer(layers, "down", D, K, seed, manager)
            .forEach(
                (name, tensorValues) -> {
                  if (name.equals(tensor)) {
                    Arrays.stream(tensorValues).forEach(values::add);
                  }
                });
      }
    }
    double[] all = values.build().toArray();
    assertTrue(all.length >= MODELS, tensor + " exists");
    return all;
  }

  private static TreeMap<String, double[]> layer(
      AdapterLayers layers, String side, int in, int out, long seed, NDManager manager) {
    Block layer = layers.maker(seed).layer(side, in, out, side + ".");
    TreeMap<String, double[]> values = new TreeMap<>();
    for (Parameter tensor : layer.getParameters().values()) {
      tensor.initialize(manager, DataType.FLOAT32);
      float[] floats = tensor.getArray().toFloatArray();
      double[] doubles = new double[floats.length];
      Arrays.setAll(doubles, i -> floats[i]);
      values.put(tensor.getName(), doubles);
    }
    return values;
  }

  /** Uniform: variance b^2 / 3, kurtosis 1.8, and a support that is filled to its bound b. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        // b = sqrt(12 / (fan in + fan out)); n = 4: s (24, 1), t (1, 6); n = 12: B (8, 2)
        "compacter; down.W_left; 0.6928203230275509",
        "compacter; down.W_right; 1.3093073414159544",
        "compacter[rank=3]; down.W_left; 0.6666666666666666",
        "compacter[shareB=true]; W_down_left; 0.6928203230275509",
        "phm[n=12]; down.W; 1.0954451150103321",
        "phm[n=12,shareB=true]; W_down; 1.0954451150103321",
        "lowrank; down.W_left; 0.3517262290563295",
        "lowrank; down.W_right; 0.6928203230275509",
        "adapter[init=glorot-uniform]; down.weight; 0.31622776601683794",
        "compacter[initA=uniform]; phm_rule; 1",
        "compacter[initA=uniform,factoriseA=true]; phm_rule_left; 1",
        "compacter[initA=uniform,shareA=false]; down.phm_rule; 0.01",
        "phm[n=12,initA=uniform]; down.phm_rule; 0.01",
      })
  void uniform(String spec, String tensor, double bound) {
    double[] values = draws(spec, tensor);
    assertMoments(values, bound / Math.sqrt(3), 1.8);
    double largest = Arrays.stream(values).map(Math::abs).max().orElseThrow();
    assertTrue(largest <= (float) bound && largest > 0.97 * bound, "" + largest);
  }

  /** Normal: kurtosis 3. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "adapter; down.weight; 0.01",
        "compacter; phm_rule; 1e-4",
        "compacter[factoriseA=true]; phm_rule_right; 1e-4",
        "compacter[shareA=false]; down.phm_rule; 0.01",
        "phm[n=12]; down.phm_rule; 0.01",
        "phm[n=12,shareA=true]; phm_rule; 1e-4",
        "phm[n=12,factoriseA=true]; down.phm_rule_left; 0.01",
        // Glorot: sqrt(4 / (fan in + fan out)); Xavier: half that variance
        "compacter[init=glorot-normal]; down.W_left; 0.4",
        "compacter[init=xavier-normal]; down.W_left; 0.2828427124746190",
        "compacter++[variant=adapterhub]; down.W_left; 0.2828427124746190",
        "compacter++[variant=adapterhub]; phm_rule; 1e-4",
        "compacter[init=normal]; down.W_left; 1e-4",
        "compacter[init=normal,shareB=true]; W_down_left; 0.01",
        "phm[n=12,init=glorot-normal]; down.W; 0.6324555320336759",
        "lowrank[init=glorot-normal]; down.W_left; 0.20306923302672383",
        "lowrank[init=normal]; down.W_right; 0.01",
      })
  void normal(String spec, String tensor, double deviation) {
    assertMoments(draws(spec, tensor), deviation, 3);
  }

  private static void assertMoments(double[] values, double deviation, double kurtosis) {
    int count = values.length;
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance = Arrays.stream(values).map(v -> v * v).average().orElseThrow();
    double fourth = Arrays.stream(values).map(v -> v * v * v * v).average().orElseThrow();
    double error = 5 / Math.sqrt(count); // five standard errors
    assertEquals(0, mean / deviation, error, "mean");
    assertEquals(1, variance / (deviation * deviation), 1.5 * error, "variance");
    assertEquals(kurtosis, fourth / (variance * variance), 10 * error, "kurtosis");
  }

  @ParameterizedTest
  @CsvSource({"adapter, down.bias", "lowrank, down.b", "phm[n=12], down.b", "compacter, down.b"})
  void biasesStartAtZero(String spec, String tensor) {
    assertEquals(0, Arrays.stream(draws(spec, tensor)).map(Math::abs).max().orElseThrow());
  }

  @Test
  void eachTensorAndSeedDrawsItsOwnStream() {
    AdapterLayers layers = new DenseLayers(WeightInit.NORMAL);
    try (NDManager manager = Torch.newManager()) {
      double[] down = layer(layers, "down", K, K, 1, manager).get("down.weight");
      double[] again = layer(layers, "down", K, K, 1, manager).get("down.weight");
      double[] up = layer(layers, "up", K, K, 1, manager).get("up.weight");
      double[] seed = layer(layers, "down", K, K, 2, manager).get("down.weight");
      assertEquals(Arrays.toString(down), Arrays.toString(again));
      assertNotEquals(Arrays.toString(down), Arrays.toString(up));
      assertNotEquals(Arrays.toString(down), Arrays.toString(seed));
      assertEquals(0, correlation(down, up), 5.0 / K);
      assertEquals(0, correlation(down, seed), 5.0 / K);
    }
  }

  private static double correlation(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum / (a.length * 1e-4);
  }
}
