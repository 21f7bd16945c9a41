package io.github.compacter4j.bert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Computed;
import io.github.compacter4j.GoldenArrays;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.model.Weights;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares a whole encoder with one golden file: hidden states, outputs of each head, losses and
 * gradients, by the functions that training and evaluation call.
 */
public final class BertGolden {
  private static final int CLASSES = 3;

  private BertGolden() {}

  /** The golden that holds the weights and inputs of a file. */
  public static JsonNode backbone(String file) {
    return Goldens.file(file.substring(0, file.indexOf('_')) + "_tiny.json");
  }

  /** The encoder of a golden backbone, with one of its heads. */
  public static BertNetwork network(
      JsonNode backbone, Pooling pooling, int outputs, DataType type) {
    BertConfig config = BertConfig.of(backbone.required("config"), "golden config");
    NDManager manager = Torch.newManager();
    SortedMap<String, JsonNode> given = tensors(backbone);
    Map<String, NDArray> encoder = new HashMap<>();
    for (String name : config.shapes().keySet()) {
      encoder.put(name, GoldenArrays.array(manager, given.get(name), type));
    }
    BertHead head = new BertHead(config, pooling, outputs, type, 0);
    SortedMap<String, JsonNode> values = new TreeMap<>();
    head.tensors().keySet().forEach(name -> values.put(name, given.get(stored(name, outputs))));
    fill(values, head.tensors(), type);
    return new BertNetwork(config, Weights.of(config, manager, encoder), head);
  }

  /** All tensors, without the family's prefix. */
  private static SortedMap<String, JsonNode> tensors(JsonNode backbone) {
    SortedMap<String, JsonNode> tensors = new TreeMap<>();
    backbone
        .required("state_dict")
        .properties()
        .forEach(e -> tensors.put(withoutPrefix(e.getKey()), e.getValue()));
    for (String head : new String[] {"classifier_mean", "regression_mean"}) {
      backbone
          .required(head)
          .properties()
          .forEach(e -> tensors.put(head + "." + e.getKey(), e.getValue()));
    }
    return tensors;
  }

  private static String withoutPrefix(String name) {
    return name.replaceFirst("^(bert|roberta)\\.", "");
  }

  private static String stored(String name, int outputs) {
    return outputs == 1 ? name.replace("classifier_mean", "regression_mean") : name;
  }

  /** Gives tensors the golden's values. */
  public static void fill(
      SortedMap<String, JsonNode> values, SortedMap<String, Parameter> tensors, DataType type) {
    values.forEach(
        (name, value) -> {
          NDArray target = tensors.get(name).getArray();
          try (GradientMode off = GradientMode.off();
              NDArray array = GoldenArrays.array(target.getManager(), value, type)) {
            TorchFunctions.copy(array, target);
          }
        });
  }

  /** Gives a method's tensors the values of its file. */
  public static void fillInserted(JsonNode golden, Adaptation adaptation, DataType type) {
    SortedMap<String, JsonNode> inserted = new TreeMap<>();
    golden.path("inserted").properties().forEach(e -> inserted.put(e.getKey(), e.getValue()));
    fill(inserted, adaptation.trainable(), type);
  }

  /** The texts of a golden backbone. */
  public static BertInput input(JsonNode backbone, NDManager manager, DataType type) {
    return new BertInput(
        GoldenArrays.array(manager, backbone.required("input_ids"), DataType.INT64),
        GoldenArrays.array(manager, backbone.required("token_type_ids"), DataType.INT64),
        GoldenArrays.array(manager, backbone.required("attention_mask"), type));
  }

  /** What a backbone computes for its file: every head and every gradient. */
  public static Computed computeBackbone(String file, JsonNode golden, DataType type) {
    Computed computed = new Computed(file);
    Map<String, String> names = new HashMap<>(); // of gradients in the file
    golden.required("grads_hf").fieldNames().forEachRemaining(n -> names.put(withoutPrefix(n), n));
    golden
        .required("grads_mean")
        .fieldNames()
        .forEachRemaining(n -> names.put(withoutPrefix(n), n));
    run(computed, golden, Pooling.MEAN, "mean", names, type);
    run(computed, golden, Pooling.CLS, "hf", names, type);
    regression(computed, golden, type);
    return computed;
  }

  private static void run(
      Computed computed,
      JsonNode golden,
      Pooling pooling,
      String suffix,
      Map<String, String> names,
      DataType type) {
    try (BertNetwork network = network(golden, pooling, CLASSES, type);
        Adaptation full = Methods.parse("full").applyTo(network, "task", 0);
        NDManager manager = Torch.newManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      BertInput input = input(golden, manager, type);
      double tolerance = GoldenArrays.tolerance(type);
      try (GradientMode off = GradientMode.off()) {
        if (pooling == Pooling.MEAN) {
          NDArray hidden = network.encode(ForwardPass.evaluation(), input);
          computed.add("/last_hidden_state", hidden, tolerance);
          computed.add("/mean", network.mean(ForwardPass.evaluation(), input), tolerance);
        }
        computed.add(
            "/logits_" + suffix, network.logits(ForwardPass.evaluation(), input), tolerance);
        Computed again = new Computed("training pass");
        again.add(
            "/logits_" + suffix, network.logits(ForwardPass.training(0, 0), input), tolerance);
        again.assertMatches(golden);
      }
      NDArray labels = GoldenArrays.array(manager, golden.required("labels"), DataType.INT64);
      computed.add("/loss_" + suffix, backward(network, input, labels), tolerance);
      String pointer = "/grads_" + suffix;
      assertEquals(golden.at(pointer).size(), full.trainable().size(), "tensors with gradients");
      full.trainable()
          .forEach(
              (name, parameter) ->
                  computed.add(
                      pointer + "/" + names.get(name),
                      parameter.getArray().getGradient(),
                      GoldenArrays.gradientTolerance(type)));
    }
  }

  private static NDArray backward(BertNetwork network, BertInput input, NDArray targets) {
    try (GradientMode on = GradientMode.on()) {
      NDArray loss = network.loss(ForwardPass.training(0, 0), input, targets);
      Torch.backward(loss);
      return loss;
    }
  }

  private static void regression(Computed computed, JsonNode golden, DataType type) {
    try (BertNetwork network = network(golden, Pooling.MEAN, 1, type);
        Adaptation full = Methods.parse("full").applyTo(network, "task", 0);
        NDManager manager = Torch.newManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      BertInput input = input(golden, manager, type);
      double tolerance = GoldenArrays.tolerance(type);
      NDArray scores = network.logits(ForwardPass.evaluation(), input).squeeze(1);
      computed.add("/regression", scores, tolerance);
      NDArray targets = GoldenArrays.array(manager, golden.required("scores"), type);
      computed.add("/loss_regression", backward(network, input, targets), tolerance);
      golden
          .required("grads_regression")
          .fieldNames()
          .forEachRemaining(
              name ->
                  computed.add(
                      "/grads_regression/" + name,
                      full.trainable().get(ofRegression(name)).getArray().getGradient(),
                      GoldenArrays.gradientTolerance(type)));
    }
  }

  private static String ofRegression(String name) {
    return name.replace("regression_mean", "classifier_mean")
        .replace("layer.0.query", "encoder.layer.0.attention.self.query");
  }

  /** What a backbone with a method and the head of means computes for the method's file. */
  public static Computed computeMethod(String file, JsonNode golden, Method method, DataType type) {
    Computed computed = new Computed(file);
    JsonNode backbone = backbone(file);
    try (BertNetwork network = network(backbone, Pooling.MEAN, CLASSES, type);
        Adaptation adaptation = method.applyTo(network, "task", 0);
        NDManager manager = Torch.newManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      fillInserted(golden, adaptation, type);
      SortedMap<String, Parameter> trainable = adaptation.trainable();
      assertEquals(
          new TreeSet<>(Goldens.strings(golden.required("trainable"))),
          new TreeSet<>(trainable.keySet()),
          "trainable tensors");
      computed.add(
          "/trainable_count",
          trainable.values().stream().mapToLong(p -> p.getArray().size()).sum());
      BertInput input = input(backbone, manager, type);
      NDArray labels = GoldenArrays.array(manager, backbone.required("labels"), DataType.INT64);
      double tolerance = GoldenArrays.tolerance(type);
      NDArray loss = backward(network, input, labels);
      if (golden.has("loss_mean")) {
        ForwardPass pass = ForwardPass.evaluation();
        computed.add("/last_hidden_state", network.encode(pass, input), tolerance);
        computed.add("/logits_mean", network.logits(pass, input), tolerance);
        computed.add("/loss_mean", loss, tolerance);
      }
      trainable.forEach(
          (name, parameter) ->
              computed.add(
                  "/grads/" + name,
                  parameter.getArray().getGradient(),
                  GoldenArrays.gradientTolerance(type)));
    }
    return computed;
  }

  /** What our code computes for a file, a backbone or a method. */
  public static Computed compute(String file, JsonNode golden, Method method, DataType type) {
    return golden.has("state_dict")
        ? computeBackbone(file, golden, type)
        : computeMethod(file, golden, method, type);
  }
}
