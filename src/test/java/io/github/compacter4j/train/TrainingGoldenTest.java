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
import io.github.compacter4j.bert.BertGolden;
import io.github.compacter4j.bert.BertInput;
import io.github.compacter4j.bert.BertNetwork;
import io.github.compacter4j.bert.Pooling;
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
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps of AdamW with clipping and schedule, each as the reference took it. */
@ExtendWith(OneThread.class)
class TrainingGoldenTest {
  private static final double TOLERANCE = 1e-9;

  /** A network with the file's batch: the loss and the logits of a pass. */
  private record Model(
      Function<ForwardPass, NDArray> loss, Function<ForwardPass, NDArray> logits) {}

  static List<String> files() {
    return GoldenKind.T5_TRAINING.files();
  }

  static List<String> encoderFiles() {
    return GoldenKind.ENCODER_TRAINING.files();
  }

  private static String start(String file) {
    return file.replace("_train_full", "").replace("_train", "");
  }

  @ParameterizedTest
  @MethodSource("files")
  void takesTheReferencesSteps(String file) {
    JsonNode trained = Goldens.file(file);
    Method method = GoldenMethods.require(file, trained);
    JsonNode golden = Goldens.file(start(file));
    JsonNode backbone = T5Golden.backbone(golden);
    try (T5Network network = T5Golden.network(backbone, DataType.FLOAT64);
        Adaptation adaptation = method.applyTo(network, "mrpc", 0);
        NDManager manager = Torch.newManager()) {
      if (golden != backbone) {
        T5Golden.fill(golden, adaptation.trainable(), DataType.FLOAT64);
      }
      NDArray ids = GoldenArrays.array(manager, golden.required("input_ids"), DataType.INT64);
      NDArray mask =
          GoldenArrays.array(manager, golden.required("attention_mask"), DataType.FLOAT64);
      NDArray labels = GoldenArrays.array(manager, golden.required("labels"), DataType.INT64);
      Model model =
          new Model(
              pass -> network.loss(pass, ids, mask, labels),
              pass ->
                  network.decode(
                      pass, network.shiftRight(labels), network.encode(pass, ids, mask)));
      train(file, trained, model, adaptation);
    }
  }

  @ParameterizedTest
  @MethodSource("encoderFiles")
  void takesTheStepsOfEncoders(String file) {
    JsonNode trained = Goldens.file(file);
    Method method = GoldenMethods.require(file, trained);
    JsonNode backbone = BertGolden.backbone(file);
    try (BertNetwork network = BertGolden.network(backbone, Pooling.MEAN, 3, DataType.FLOAT64);
        Adaptation adaptation = method.applyTo(network, "task", 0);
        NDManager manager = Torch.newManager()) {
      BertGolden.fillInserted(Goldens.file(start(file)), adaptation, DataType.FLOAT64);
      BertInput input = BertGolden.input(backbone, manager, DataType.FLOAT64);
      NDArray labels = GoldenArrays.array(manager, backbone.required("labels"), DataType.INT64);
      Model model =
          new Model(pass -> network.loss(pass, input, labels), pass -> network.logits(pass, input));
      train(file, trained, model, adaptation);
    }
  }

  private static void train(String file, JsonNode trained, Model model, Adaptation adaptation) {
    JsonNode steps = trained.required("steps");
    LinearSchedule schedule =
        new LinearSchedule(trained.required("base_lr").asDouble(), 3, steps.size());
    try (AdamW optimizer = new AdamW(adaptation, 1, 0, Map.of())) {
      TrainingStep training = new TrainingStep(adaptation, optimizer, steps.size(), 0);
      for (JsonNode expected : steps) {
        int step = expected.required("step").asInt();
        double rate = schedule.rate(step);
        TrainingStep.Taken taken =
            training.take(step - 1, rate, n -> new StepGradients.Sum(backward(model), 1));
        String at = file + " step " + step;
        assertClose(at + " lr", expected.required("lr"), rate);
        assertClose(at + " loss", expected.required("loss"), taken.loss());
        assertClose(at + " norm", expected.required("grad_norm_before_clip"), taken.norm());
      }
    }
    finish(file, trained, model, adaptation.trainable());
  }

  /** The loss, whose gradients stay with the tensors. */
  private static double backward(Model model) {
    try (NDScope scope = new NDScope();
        GradientMode on = GradientMode.on()) {
      scope.suppressNotUsedWarning();
      NDArray loss = model.loss.apply(ForwardPass.training(0, 0));
      Torch.backward(loss);
      return loss.getDouble();
    }
  }

  private static void finish(
      String file, JsonNode trained, Model model, SortedMap<String, Parameter> trainable) {
    try (NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      double loss = model.loss.apply(ForwardPass.evaluation()).getDouble();
      assertClose(file + " final loss", trained.required("final_loss"), loss);
      NDArray logits = model.logits.apply(ForwardPass.evaluation());
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
