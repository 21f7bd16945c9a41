package io.github.compacter4j.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Computed;
import io.github.compacter4j.GoldenArrays;
import io.github.compacter4j.GoldenNames;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.model.Role;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares a method on one matrix with a golden file: y, every gradient, the merged matrix. */
public final class LinearGolden {
  private LinearGolden() {}

  /** What a matrix with the method computes for the file. */
  public static Computed compute(String file, JsonNode golden, Method method, DataType type) {
    NDManager manager = Torch.newManager();
    NDArray weight = GoldenArrays.array(manager, golden.required("W"), type);
    NDArray bias = golden.has("b") ? GoldenArrays.array(manager, golden.required("b"), type) : null;
    Computed computed = new Computed(file);
    JsonNode second = golden.at("/fixed/W2");
    NDArray other = second.isMissingNode() ? null : GoldenArrays.array(manager, second, type);
    try (OneMatrix network = new OneMatrix(manager, weight, bias, role(golden), other);
        Adaptation adaptation = method.applyTo(network, "task", 0);
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      if (golden.has("sBA")) {
        start(computed, golden, network, adaptation.trainable(), type);
        return computed;
      }
      SortedMap<String, Parameter> trained = fill(golden, adaptation.trainable(), type);
      if (golden.at("/fixed").has("W_e") || golden.at("/fixed").has("W_res")) {
        rest(computed, golden, weight, adaptation.fixed(), type);
      } else if (other == null) {
        GoldenNames.fillFixed(golden, OneMatrix.PREFIX, adaptation.fixed(), type);
      }
      run(computed, golden, network, trained, type);
      if (golden.has("merged_weight")) {
        merge(computed, network, bias != null, type);
      }
    }
    return computed;
  }

  /** What of the matrix is left without the terms whose factors a method makes itself. */
  private static void rest(
      Computed computed,
      JsonNode golden,
      NDArray weight,
      Map<String, Parameter> fixed,
      DataType type) {
    JsonNode config = golden.required("config");
    double alpha = config.path("alpha").asDouble(config.required("r").asInt());
    String pointer = golden.at("/fixed").has("W_e") ? "/fixed/W_e" : "/fixed/W_res";
    try (GradientMode off = GradientMode.off()) {
      NDArray factors = fixed.values().iterator().next().getArray(); // (r, out + 1 + in)
      long out = weight.getShape().get(0);
      NDArray left = factors.get(":, :" + out); // (r, out)
      NDArray diagonal = factors.get(":, " + out + ":" + (out + 1)); // (r, 1)
      NDArray right = factors.get(":, " + (out + 1) + ":"); // (r, in)
      NDArray terms = left.mul(diagonal).transpose().matMul(right); // (out, in)
      NDArray rest = weight.sub(terms.mul(alpha / config.required("r").asInt()));
      computed.add(pointer, rest, GoldenArrays.tolerance(type));
    }
  }

  /** Factors at their start, and what of the matrix is left without them. */
  private static void start(
      Computed computed,
      JsonNode golden,
      OneMatrix network,
      Map<String, Parameter> factors,
      DataType type) {
    double tolerance = type == DataType.FLOAT64 ? 1e-9 : 1e-5;
    NDArray a = factors.get(OneMatrix.PREFIX + "lora_A.weight").getArray();
    NDArray b = factors.get(OneMatrix.PREFIX + "lora_B.weight").getArray();
    JsonNode config = golden.required("config");
    double s = config.required("alpha").asDouble() / config.required("r").asInt();
    try (GradientMode off = GradientMode.off()) {
      computed.add("/sBA", TorchFunctions.scale(b.matMul(a), s), tolerance);
      computed.add("/A_row_norms", a.mul(a).sum(new int[] {1}).sqrt(), tolerance);
      computed.add("/B_col_norms", b.mul(b).sum(new int[] {0}).sqrt(), tolerance);
      NDArray unit = network.weights().manager().eye(network.anatomy().width()).toType(type, false);
      NDArray whole = network.forward(ForwardPass.evaluation(), unit);
      computed.add("/W", whole.transpose(), tolerance);
      factors.values().forEach(f -> TorchFunctions.copy(f.getArray().zerosLike(), f.getArray()));
      NDArray rest = network.forward(ForwardPass.evaluation(), unit);
      computed.add("/W_res", rest.transpose(), tolerance);
    }
  }

  /** Keys or the last matrix of a feed-forward layer where the file tells them apart. */
  private static Role role(JsonNode golden) {
    JsonNode feedForward = golden.at("/config/feedforward");
    if (feedForward.isMissingNode()) {
      return Role.Q;
    }
    return feedForward.asBoolean() ? Role.FF_OUT : Role.K;
  }

  /** Gives the method's tensors the golden's values; returns them by the golden's names. */
  private static SortedMap<String, Parameter> fill(
      JsonNode golden, Map<String, Parameter> trainable, DataType type) {
    SortedMap<String, Parameter> byName = new TreeMap<>();
    trainable.forEach((name, parameter) -> byName.put(golden(name, golden), parameter));
    requireNames("params", golden, byName.keySet());
    requireNames("grad", golden, byName.keySet());
    try (GradientMode off = GradientMode.off()) {
      byName.forEach(
          (name, parameter) -> {
            NDArray target = parameter.getArray();
            JsonNode value = golden.required("params").required(name);
            TorchFunctions.copy(GoldenArrays.array(target.getManager(), value, type), target);
          });
    }
    return byName;
  }

  /** A golden's name of one of our tensors; two matrices that share factors name theirs shortly. */
  private static String golden(String name, JsonNode golden) {
    if (!golden.path("method").asText().equals("s2lora")) {
      return name.replace(OneMatrix.PREFIX, "");
    }
    return switch (name) {
      case "q.s2lora_e" -> "e1";
      case "v.s2lora_e" -> "e2";
      default -> name.replace("s2lora_", "");
    };
  }

  private static void requireNames(String what, JsonNode golden, Set<String> actual) {
    Set<String> expected = new TreeSet<>();
    golden.required(what).fieldNames().forEachRemaining(expected::add);
    if (!expected.equals(actual)) {
      throw new AssertionError(what + " are " + expected + ", the method's " + actual);
    }
  }

  private static void run(
      Computed computed,
      JsonNode golden,
      OneMatrix network,
      SortedMap<String, Parameter> trained,
      DataType type) {
    NDManager manager = network.weights().manager();
    NDArray x = GoldenArrays.array(manager, golden.required("x"), type);
    x.setRequiresGradient(true);
    NDArray g = GoldenArrays.array(manager, golden.required("g"), type);
    try (GradientMode on = GradientMode.on()) {
      NDArray y = network.forward(ForwardPass.training(0, 0), x);
      computed.add("/y", y, GoldenArrays.tolerance(type));
      Torch.backward(y.mul(g).sum());
    }
    double tolerance = GoldenArrays.gradientTolerance(type);
    trained.forEach(
        (name, parameter) ->
            computed.add("/grad/" + name, parameter.getArray().getGradient(), tolerance));
    computed.add("/grad_x", x.getGradient(), tolerance);
  }

  /** One matrix and bias that do all of it: what the unit vectors and zero become. */
  private static void merge(Computed computed, OneMatrix network, boolean hasBias, DataType type) {
    NDManager manager = network.weights().manager();
    double tolerance = GoldenArrays.tolerance(type);
    try (GradientMode off = GradientMode.off()) {
      NDArray unit = manager.eye(network.anatomy().width()).toType(type, false);
      NDArray zero = network.forward(ForwardPass.evaluation(), unit.zerosLike().get("0:1"));
      NDArray rows = network.forward(ForwardPass.evaluation(), unit).sub(zero); // (in, out)
      computed.add("/merged_weight", rows.transpose(), tolerance);
      if (hasBias) {
        computed.add("/merged_bias", zero.flatten(), tolerance);
      }
    }
  }
}
