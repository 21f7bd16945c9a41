package io.github.compacter4j.methods.adapter;

import static io.github.compacter4j.torch.GradientCheck.doubles;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.methods.Tiny;
import io.github.compacter4j.methods.TinyModel;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Place;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Stack;
import io.github.compacter4j.model.SubLayer;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.NamedRandom;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the {@code adapters} library calls Compacter++ is another function of the same tensors. */
class AdapterHubVariantTest {
  private static final String PAPER = "compacter++[reduction=3,norms=none]";
  private static final String LIBRARY = "compacter++[reduction=3,variant=adapterhub]";

  private static double[] logits(String spec) {
    try (Tiny model = new Tiny(DataType.FLOAT64);
        Adaptation adaptation = Methods.parse(spec).applyTo(model.network(), "task", 1)) {
      return logits(model, adaptation);
    }
  }

  private static double[] logits(Tiny model, Adaptation adaptation) {
    adaptation.trainable().forEach((name, tensor) -> setFixed(name, tensor.getArray()));
    return model.logits();
  }

  private static void setFixed(String name, NDArray tensor) {
    float[] values = new NamedRandom(1, name).normal((int) tensor.size(), 0.3);
    double[] fixed = new double[values.length];
    Arrays.setAll(fixed, i -> values[i]);
    TinyModel.set(tensor, fixed);
  }

  /** The same by hand: behind each feed-forward layer's residual sum. */
  private static double[] byHand(UnaryOperator<NDArray> gelu) {
    try (Tiny model = new Tiny(DataType.FLOAT64)) {
      Anatomy anatomy = model.network().anatomy();
      Plan plan = new Plan(anatomy);
      AdapterLayers.Maker maker = PhmLayers.of(OptionalInt.of(4), 1, true).maker(1);
      for (Stack stack : Stack.values()) {
        for (int block = 0; block < 2; block++) {
          Place place = new Place(stack, block, SubLayer.FEED_FORWARD);
          String prefix = anatomy.prefix(place) + ".adapter_controller.adapters.task.";
          Block down = maker.layer("down", 24, 8, prefix + "down_sampler.");
          Block up = maker.layer("up", 8, 24, prefix + "up_sampler.");
          BottleneckAdapter adapter = new BottleneckAdapter(down, gelu, up);
          plan.insert(adapter).hook(hooks -> hooks.behindSum(place, adapter));
        }
      }
      try (Adaptation adaptation = plan.applyTo(model.network())) {
        return logits(model, adaptation);
      }
    }
  }

  @Test
  void computesAnotherFunctionOfTheSameTensors() {
    double[] paper = logits(PAPER);
    double[] library = logits(LIBRARY);
    assertTrue(difference(paper, library) > 0.1);
    assertEquals(0, difference(byHand(Activation::gelu), library));
    assertTrue(difference(byHand(TorchFunctions::geluTanh), library) > 1e-5);
  }

  private static double difference(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElseThrow();
  }

  @Test
  void trainsTheSameTensorsWithoutNorms() {
    try (Tiny model = new Tiny(DataType.FLOAT64)) {
      Set<String> paper = names(model, "compacter++[reduction=3]");
      Set<String> library = names(model, LIBRARY);
      assertTrue(library.stream().noneMatch(AdapterHubVariantTest::isNorm));
      assertEquals(
          paper.stream().filter(name -> !isNorm(name)).collect(Collectors.toSet()), library);
    }
  }

  private static boolean isNorm(String name) {
    return name.endsWith("layer_norm.weight");
  }

  private static Set<String> names(Tiny model, String spec) {
    return Methods.parse(spec).trainable(model.network().config(), "task").keySet();
  }

  /** The library's "gelu" is the exact one, the paper's gelu_new the approximation by tanh. */
  @Test
  void takesTheExactGelu() {
    JsonNode golden = Goldens.file("gelu_new.json");
    try (NDManager manager = Torch.newManager();
        GradientMode off = GradientMode.off()) {
      NDArray x = manager.create(Goldens.doubles(golden.required("x")));
      assertArrayEquals(
          Goldens.doubles(golden.required("gelu_erf")), doubles(Activation.gelu(x)), 1e-12);
    }
  }
}
