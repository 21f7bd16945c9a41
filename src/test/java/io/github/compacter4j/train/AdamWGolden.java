package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Computed;
import io.github.compacter4j.GoldenArrays;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.UpdateFunctions;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The reference's optimiser on {@code p^T A p / 2 - b^T p + sum(q^4) / 40}. */
public final class AdamWGolden {
  private static final double TOLERANCE = 1e-9;

  private final JsonNode golden;
  private final NDManager manager;
  private final NDArray p;
  private final NDArray q;

  private AdamWGolden(JsonNode golden, NDManager manager) {
    this.golden = golden;
    this.manager = manager;
    p = tensor(golden.required("p0"));
    q = tensor(golden.required("q0"));
    p.setRequiresGradient(true);
    q.setRequiresGradient(true);
  }

  private NDArray tensor(JsonNode values) {
    Goldens.Tensor nested = GoldenArrays.nested(values);
    return manager.create(nested.data(), new Shape(nested.shape()));
  }

  /** Every step of every run: losses and rates, clipped gradients and new values. */
  public static Computed compute(String file, JsonNode golden) {
    Computed computed = new Computed(file);
    for (int run = 0; run < golden.required("runs").size(); run++) {
      try (NDManager manager = Torch.newManager()) {
        new AdamWGolden(golden, manager).run(run, computed);
      }
    }
    return computed;
  }

  private void run(int index, Computed computed) {
    JsonNode settings = golden.at("/runs/" + index + "/settings");
    LinearSchedule schedule =
        new LinearSchedule(
            settings.required("lr").asDouble(),
            settings.required("warm").asInt(),
            settings.required("total").asInt());
    JsonNode clip = settings.required("clip");
    double decay = settings.required("wd").asDouble();
    double most = clip.isNull() ? Double.POSITIVE_INFINITY : clip.asDouble();
    try (AdamW both = new AdamW(parameters(Map.of("p", p, "q", q)), most, 0);
        AdamW first = new AdamW(parameters(Map.of("p", p)), Double.POSITIVE_INFINITY, decay);
        AdamW second = new AdamW(parameters(Map.of("q", q)), Double.POSITIVE_INFINITY, 0)) {
      for (int step = 1; step <= settings.required("steps").asInt(); step++) {
        String at = "/runs/" + index + "/trajectory/" + (step - 1);
        double rate = schedule.rate(step);
        assertClose(at + "/lr_used", rate);
        assertClose(at + "/loss_before", backward());
        addClipped(at, most, computed);
        if (decay == 0) {
          double norm = both.step(step, rate);
          if (!clip.isNull()) {
            assertClose(at + "/total_grad_norm_before_clip", norm);
          }
        } else { // the decay is p's alone, the norm that clips is of both
          double scale = scale(most);
          p.getGradient().muli(scale);
          q.getGradient().muli(scale);
          first.step(step, rate);
          second.step(step, rate);
        }
        computed.add(at + "/p", p, TOLERANCE);
        computed.add(at + "/q", q, TOLERANCE);
      }
    }
  }

  private void assertClose(String pointer, double actual) {
    double expected = golden.at(pointer).asDouble(Double.NaN);
    assertEquals(expected, actual, TOLERANCE * Math.max(1, Math.abs(expected)), pointer);
  }

  private double backward() {
    try (NDScope scope = new NDScope();
        GradientMode on = GradientMode.on()) {
      scope.suppressNotUsedWarning();
      NDArray a = tensor(golden.required("A"));
      NDArray b = tensor(golden.required("b"));
      NDArray quadratic = p.matMul(a.matMul(p)).mul(0.5).sub(b.mul(p).sum());
      NDArray loss = quadratic.add(q.pow(4).sum().div(40));
      Torch.backward(loss);
      return loss.getDouble();
    }
  }

  private void addClipped(String at, double most, Computed computed) {
    try (NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      double scale = scale(most);
      computed.add(at + "/grad_p_after_clip", p.getGradient().mul(scale), TOLERANCE);
      computed.add(at + "/grad_q_after_clip", q.getGradient().mul(scale), TOLERANCE);
    }
  }

  private double scale(double most) {
    return Math.min(1, most / (UpdateFunctions.gradientNorm(List.of(p, q)).getDouble() + 1e-6));
  }

  private static SortedMap<String, Parameter> parameters(Map<String, NDArray> arrays) {
    SortedMap<String, Parameter> parameters = new TreeMap<>();
    arrays.forEach(
        (name, array) -> {
          Parameter parameter =
              Parameter.builder().setName(name).setType(Parameter.Type.OTHER).build();
          parameter.setArray(array);
          parameters.put(name, parameter);
        });
    return parameters;
  }
}
