package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.GoldenArrays;
import io.github.compacter4j.GoldenKind;
import io.github.compacter4j.GoldenMethods;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.t5.T5Golden;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.torch.GradientCheck;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.torch.Torch;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Twelve steps of AdamW with clipping and schedule, each as the reference took it. */
@ExtendWith(OneThread.class)
class TrainingGoldenTest {
  private static final double TOLERANCE = 1e-9;

  static List<String> files() {
    return GoldenKind.T5_TRAINING.files();
  }

  @ParameterizedTest
  @MethodSource("files")
  void takesTheReferencesSteps(String file) {
    JsonNode trained = Goldens.file(file);
    Method method = GoldenMethods.require(file, trained);
    String start = file.replace("_train_full", "").replace("_train", "");
    JsonNode golden = Goldens.file(start);
    JsonNode backbone = T5Golden.backbone(golden);
    try (T5Network network = T5Golden.network(backbone, DataType.FLOAT64);
        Adaptation adaptation = method.applyTo(network, "mrpc", 0)) {
      if (golden != backbone) {
        T5Golden.fill(golden, adaptation.trainable(), DataType.FLOAT64);
      }
      train(file, trained, golden, network, adaptation.trainable());
    }
  }

  private static void train(
      String file,
      JsonNode trained,
      JsonNode golden,
      T5Network network,
      SortedMap<String, Parameter> trainable) {
    JsonNode steps = trained.required("steps");
    LinearSchedule schedule =
        new LinearSchedule(trained.required("base_lr").asDouble(), 3, steps.size());
    try (NDManager manager = Torch.newManager();
        AdamW optimizer = new AdamW(trainable, 1, 0)) {
      NDArray ids = GoldenArrays.array(manager, golden.required("input_ids"), DataType.INT64);
      NDArray mask =
          GoldenArrays.array(manager, golden.required("attention_mask"), DataType.FLOAT64);
      NDArray labels = GoldenArrays.array(manager, golden.required("labels"), DataType.INT64);
      for (JsonNode expected : steps) {
        int step = expected.required("step").asInt();
        double rate = schedule.rate(step);
        String at = file + " step " + step;
        assertClose(at + " lr", expected.required("lr"), rate);
        assertClose(at + " loss", expected.required("loss"), loss(network, ids, mask, labels));
        double norm = optimizer.step(step, rate);
        assertClose(at + " norm", expected.required("grad_norm_before_clip"), norm);
      }
      finish(file, trained, network, trainable, ids, mask, labels);
    }
  }

  /** The loss, whose gradients stay with the tensors. */
  private static double loss(T5Network network, NDArray ids, NDArray mask, NDArray labels) {
    try (NDScope scope = new NDScope();
        GradientMode on = GradientMode.on()) {
      scope.suppressNotUsedWarning();
      NDArray loss = network.loss(ForwardPass.training(0, 0), ids, mask, labels);
      Torch.backward(loss);
      return loss.getDouble();
    }
  }

  private static void finish(
      String file,
      JsonNode trained,
      T5Network network,
      SortedMap<String, Parameter> trainable,
      NDArray ids,
      NDArray mask,
      NDArray labels) {
    try (NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      ForwardPass pass = ForwardPass.evaluation();
      double loss = network.loss(pass, ids, mask, labels).getDouble();
      assertClose(file + " final loss", trained.required("final_loss"), loss);
      NDArray logits =
          network.decode(pass, network.shiftRight(labels), network.encode(pass, ids, mask));
      assertClose(file + " final logits", trained.required("final_logits"), logits);
    }
    TreeSet<String> names = new TreeSet<>();
    for (var parameter : trained.required("final_params").properties()) {
      names.add(parameter.getKey());
      NDArray value = trainable.get(parameter.getKey()).getArray();
      assertClose(file + " " + parameter.getKey(), parameter.getValue(), value);
    }
    if (!file.contains("full")) { // whose file holds a part of its tensors
      assertEquals(names, trainable.keySet());
    }
  }

  private static void assertClose(String what, JsonNode expected, NDArray actual) {
    double[] values = Goldens.tensor(expected).data();
    Goldens.assertClose(what, values, GradientCheck.doubles(actual), TOLERANCE);
  }

  private static void assertClose(String what, JsonNode expected, double actual) {
    double value = expected.asDouble();
    assertEquals(value, actual, TOLERANCE * Math.max(1, Math.abs(value)), what);
  }
}
