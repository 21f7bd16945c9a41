package io.github.compacter4j.t5;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.GoldenArrays;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.methods.Adaptation;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares a whole T5 with one golden file: encoder output, logits, loss, every gradient, and what
 * it generates, by the functions that training and evaluation call.
 */
public final class T5Golden {
  private static final Pattern SETTING =
      Pattern.compile(
          "(greedy|beam(\\d+))_max(\\d+)(_eos(\\d+))?(_lenpen([\\d.]+))?(_early_stopping)?(_return(\\d+))?");

  private T5Golden() {}

  /** The network of a golden backbone. */
  public static T5Network network(JsonNode backbone, DataType type) {
    T5Config config = T5Config.of(backbone.required("config"), "golden config");
    NDManager manager = Torch.newManager();
    Map<String, NDArray> tensors = new HashMap<>();
    backbone
        .required("state_dict")
        .properties()
        .forEach(e -> tensors.put(e.getKey(), GoldenArrays.array(manager, e.getValue(), type)));
    assertEquals(new TreeSet<>(T5Tensors.shapes(config).keySet()), new TreeSet<>(tensors.keySet()));
    return new T5Network(config, T5Weights.of(config, manager, tensors));
  }

  /** A backbone with a method whose tensors take the golden's values. */
  public static void check(
      String file, JsonNode golden, JsonNode backbone, Method method, DataType type) {
    try (T5Network network = network(backbone, type);
        Adaptation adaptation = method.applyTo(network, "mrpc", 0)) {
      fill(file, golden, adaptation, golden == backbone, type);
      compare(file, golden, network, adaptation.trainable(), type);
    }
  }

  private static void fill(
      String file, JsonNode golden, Adaptation adaptation, boolean plain, DataType type) {
    SortedMap<String, Parameter> trainable = adaptation.trainable();
    TreeSet<String> expected = new TreeSet<>(Goldens.strings(golden.required("trainable")));
    assertEquals(expected, new TreeSet<>(trainable.keySet()), file + ": trainable tensors");
    if (plain) {
      return;
    }
    long count = trainable.values().stream().mapToLong(p -> p.getArray().size()).sum();
    assertEquals(golden.required("trainable_count").asLong(), count, file + ": trainable_count");
    golden
        .required("state_dict")
        .properties()
        .forEach(
            e -> {
              NDArray target = trainable.get(e.getKey()).getArray();
              try (GradientMode off = GradientMode.off();
                  NDArray value = GoldenArrays.array(target.getManager(), e.getValue(), type)) {
                TorchFunctions.copy(value, target);
              }
            });
  }

  private static void compare(
      String file,
      JsonNode golden,
      T5Network network,
      SortedMap<String, Parameter> trainable,
      DataType type) {
    try (NDManager manager = Torch.newManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray ids = GoldenArrays.array(manager, golden.required("input_ids"), DataType.INT64);
      NDArray mask = GoldenArrays.array(manager, golden.required("attention_mask"), type);
      NDArray labels = GoldenArrays.array(manager, golden.required("labels"), DataType.INT64);
      NDArray decoderIds =
          GoldenArrays.array(manager, golden.required("decoder_input_ids"), DataType.INT64);
      assertEquals(decoderIds, network.shiftRight(labels), file + " decoder_input_ids");
      try (GradientMode off = GradientMode.off()) {
        forward(
            file + " evaluation",
            golden,
            network,
            ForwardPass.evaluation(),
            ids,
            mask,
            decoderIds,
            type);
        forward(
            file + " training",
            golden,
            network,
            ForwardPass.training(0, 0),
            ids,
            mask,
            decoderIds,
            type);
      }
      try (GradientMode on = GradientMode.on()) {
        NDArray loss = network.loss(ForwardPass.training(0, 0), ids, mask, labels);
        GoldenArrays.assertClose(
            file + " loss", golden.required("loss"), loss, GoldenArrays.tolerance(type));
        Torch.backward(loss);
      }
      gradients(file, golden, network, trainable, GoldenArrays.gradientTolerance(type));
      generation(file, golden, network, ids, mask);
    }
  }

  private static void forward(
      String file,
      JsonNode golden,
      T5Network network,
      ForwardPass pass,
      NDArray ids,
      NDArray mask,
      NDArray decoderIds,
      DataType type) {
    double tolerance = GoldenArrays.tolerance(type);
    EncoderOutput encoded = network.encode(pass, ids, mask);
    GoldenArrays.assertClose(
        file + " encoder",
        golden.required("encoder_last_hidden_state"),
        encoded.hidden(),
        tolerance);
    GoldenArrays.assertClose(
        file + " logits",
        golden.required("logits"),
        network.decode(pass, decoderIds, encoded),
        tolerance);
  }

  private static void gradients(
      String file,
      JsonNode golden,
      T5Network network,
      SortedMap<String, Parameter> trainable,
      double tolerance) {
    TreeMap<String, JsonNode> expected = new TreeMap<>();
    golden.required("grads").properties().forEach(e -> expected.put(e.getKey(), e.getValue()));
    assertEquals(trainable.keySet(), expected.keySet(), file + ": tensors with gradients");
    expected.forEach(
        (name, value) ->
            GoldenArrays.assertClose(
                file + " gradient of " + name,
                value,
                trainable.get(name).getArray().getGradient(),
                tolerance));
    network
        .weights()
        .parameters()
        .forEach(
            (name, parameter) ->
                assertEquals(
                    trainable.containsKey(name),
                    parameter.getArray().hasGradient(),
                    file + ": a gradient of " + name));
  }

  private static void generation(
      String file, JsonNode golden, T5Network network, NDArray ids, NDArray mask) {
    golden
        .path("generate")
        .properties()
        .forEach(e -> generation(file, e.getKey(), e.getValue(), network, ids, mask));
  }

  private static void generation(
      String file,
      String setting,
      JsonNode expected,
      T5Network network,
      NDArray ids,
      NDArray mask) {
    Matcher m = SETTING.matcher(setting);
    if (!m.matches()) {
      throw new AssertionError(file + ": unknown setting of generation " + setting);
    }
    GenerationOptions options =
        new GenerationOptions(
            Integer.parseInt(m.group(3)),
            m.group(2) == null ? 1 : Integer.parseInt(m.group(2)),
            m.group(7) == null ? 1 : Double.parseDouble(m.group(7)),
            m.group(8) != null,
            m.group(10) == null ? 1 : Integer.parseInt(m.group(10)));
    int eos = m.group(5) == null ? 1 : Integer.parseInt(m.group(5));
    BeamSearch.Result result = new Generation(network, options, eos).search(ids, mask);
    JsonNode sequences = expected.isArray() ? expected : expected.required("sequences");
    assertEquals(sequences.size(), result.ids().length, file + " " + setting);
    for (int row = 0; row < sequences.size(); row++) {
      assertEquals(
          java.util.Arrays.toString(Goldens.longs(sequences.get(row))),
          java.util.Arrays.toString(result.ids()[row]),
          file + " " + setting + " row " + row);
    }
    if (expected.has("sequences_scores")) {
      double[] scores = Goldens.doubles(expected.required("sequences_scores"));
      Goldens.assertClose(file + " " + setting + " scores", scores, result.scores(), 1e-4);
    }
  }
}
