package io.github.compacter4j.t5;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Computed;
import io.github.compacter4j.GoldenArrays;
import io.github.compacter4j.GoldenNames;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.model.Weights;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
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
    assertEquals(new TreeSet<>(config.shapes().keySet()), new TreeSet<>(tensors.keySet()));
    return new T5Network(config, Weights.of(config, manager, tensors));
  }

  /** A backbone with a method whose tensors take the golden's values. */
  public static void check(
      String file, JsonNode golden, JsonNode backbone, Method method, DataType type) {
    compute(file, golden, backbone, method, type).assertMatches(golden);
  }

  /** What such a network computes for the file. */
  public static Computed compute(
      String file, JsonNode golden, JsonNode backbone, Method method, DataType type) {
    Computed computed = new Computed(file);
    try (T5Network network = network(backbone, type);
        Adaptation adaptation = method.applyTo(network, "mrpc", 0)) {
      fill(computed, golden, adaptation, golden == backbone, type);
      // Inputs are those of the base where a file has none.
      JsonNode given = golden.has("input_ids") ? golden : backbone;
      run(computed, golden, given, network, adaptation.trainable(), type);
    }
    return computed;
  }

  /** The golden that holds the weights and inputs of T5 itself. */
  public static JsonNode backbone(JsonNode golden) {
    if (golden.has("base")) {
      return Goldens.file(golden.required("base").asText());
    }
    return golden.path("config").has("d_model") ? golden : Goldens.file("t5_tiny.json");
  }

  private static void fill(
      Computed computed, JsonNode golden, Adaptation adaptation, boolean plain, DataType type) {
    SortedMap<String, Parameter> trainable = adaptation.trainable();
    Map<String, String> expected =
        GoldenNames.byOurs(Goldens.strings(golden.required("trainable")));
    assertEquals(expected.keySet(), trainable.keySet(), "trainable tensors");
    if (plain) {
      return;
    }
    if (golden.has("trainable_count")) {
      long count = trainable.values().stream().mapToLong(p -> p.getArray().size()).sum();
      computed.add("/trainable_count", count);
    }
    fill(golden, adaptation.trainable(), type);
    GoldenNames.fillFixed(golden, "", adaptation.fixed(), type);
  }

  /** Gives a method's tensors the golden's values. */
  public static void fill(JsonNode golden, SortedMap<String, Parameter> trainable, DataType type) {
    golden
        .required("state_dict")
        .properties()
        .forEach(
            e -> {
              String name = GoldenNames.ours(e.getKey());
              NDArray target = trainable.get(name).getArray();
              try (GradientMode off = GradientMode.off();
                  NDArray value = GoldenArrays.array(target.getManager(), e.getValue(), type)) {
                // A file that names a tensor otherwise may lay it out flat.
                boolean same = name.equals(e.getKey());
                TorchFunctions.copy(same ? value : value.reshape(target.getShape()), target);
              }
            });
  }

  private static void run(
      Computed computed,
      JsonNode golden,
      JsonNode given,
      T5Network network,
      SortedMap<String, Parameter> trainable,
      DataType type) {
    try (NDManager manager = Torch.newManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray ids = GoldenArrays.array(manager, given.required("input_ids"), DataType.INT64);
      NDArray mask = GoldenArrays.array(manager, given.required("attention_mask"), type);
      NDArray labels = GoldenArrays.array(manager, given.required("labels"), DataType.INT64);
      NDArray decoderIds = network.shiftRight(labels);
      if (given == golden) {
        computed.add("/decoder_input_ids", rows(decoderIds));
      }
      double tolerance = GoldenArrays.tolerance(type);
      try (GradientMode off = GradientMode.off()) {
        forward(
            computed, golden, network, ForwardPass.evaluation(), ids, mask, decoderIds, tolerance);
        Computed again = new Computed("training pass");
        forward(
            again, golden, network, ForwardPass.training(0, 0), ids, mask, decoderIds, tolerance);
        again.assertMatches(golden);
      }
      try (GradientMode on = GradientMode.on()) {
        NDArray loss = network.loss(ForwardPass.training(0, 0), ids, mask, labels);
        computed.add("/loss", loss, tolerance);
        Torch.backward(loss);
      }
      gradients(computed, golden, network, trainable, GoldenArrays.gradientTolerance(type));
      golden
          .path("generate")
          .properties()
          .forEach(e -> generate(computed, e.getKey(), e.getValue(), network, ids, mask));
    }
  }

  private static long[][] rows(NDArray ids) {
    long[] flat = ids.toLongArray();
    int width = (int) ids.getShape().get(1);
    long[][] rows = new long[flat.length / width][];
    Arrays.setAll(rows, row -> Arrays.copyOfRange(flat, row * width, (row + 1) * width));
    return rows;
  }

  private static void forward(
      Computed computed,
      JsonNode golden,
      T5Network network,
      ForwardPass pass,
      NDArray ids,
      NDArray mask,
      NDArray decoderIds,
      double tolerance) {
    EncoderOutput encoded = network.encode(pass, ids, mask);
    if (golden.has("encoder_last_hidden_state") || !golden.has("base")) {
      computed.add("/encoder_last_hidden_state", encoded.hidden(), tolerance);
    }
    computed.add("/logits", network.decode(pass, decoderIds, encoded), tolerance);
  }

  private static void gradients(
      Computed computed,
      JsonNode golden,
      T5Network network,
      SortedMap<String, Parameter> trainable,
      double tolerance) {
    Set<String> names = new TreeSet<>();
    golden.required("grads").fieldNames().forEachRemaining(names::add);
    Map<String, String> expected = GoldenNames.byOurs(names);
    assertEquals(expected.keySet(), trainable.keySet(), "tensors with gradients");
    trainable.forEach(
        (name, parameter) -> {
          String given = expected.get(name);
          NDArray gradient = parameter.getArray().getGradient();
          boolean flat = golden.at("/grads/" + given + "/shape").size() == 1;
          computed.add("/grads/" + given, flat ? gradient.flatten() : gradient, tolerance);
        });
    network
        .weights()
        .parameters()
        .forEach(
            (name, parameter) ->
                assertEquals(
                    trainable.containsKey(name),
                    parameter.getArray().hasGradient(),
                    "a gradient of " + name));
  }

  private static void generate(
      Computed computed,
      String setting,
      JsonNode expected,
      T5Network network,
      NDArray ids,
      NDArray mask) {
    Matcher m = SETTING.matcher(setting);
    if (!m.matches()) {
      throw new AssertionError("unknown setting of generation " + setting);
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
    String pointer = "/generate/" + setting;
    computed.add(expected.isArray() ? pointer : pointer + "/sequences", result.ids());
    if (expected.has("sequences_scores")) {
      // The reference's scores are float32 in all files.
      computed.add(pointer + "/sequences_scores", result.scores(), 1e-4);
    }
  }
}
