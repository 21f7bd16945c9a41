package io.github.compacter4j.checkpoint.peft;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * LoRA: names and shapes of A and B are the same on both sides, DoRA's vector has a shorter name.
 *
 * <p>What started as PiSSA becomes a LoRA of rank 2 r beside the unchanged base, {@code B A - B_0
 * A_0}; the scale stays.
 */
final class LoraForm implements PeftForm {
  /** Starts that leave the base model as it is. */
  private static final List<String> STARTS =
      List.of("true", "false", "gaussian", "orthogonal", "eva", "mica");

  private static final String A = ".lora_A.weight";
  private static final String B = ".lora_B.weight";
  private static final String MAGNITUDE = ".lora_magnitude_vector";
  private static final String OUR_MAGNITUDE = MAGNITUDE + ".weight";

  @Override
  public String type() {
    return "LORA";
  }

  @Override
  public void describe(
      MethodSpec spec, SortedMap<String, NDArray> ours, PeftTargets targets, ObjectNode config) {
    config.put("bias", "none");
    config.put("fan_in_fan_out", false);
    int more = isPissa(spec) ? 2 : 1; // times the rank
    boolean rs = spec.option("scale").equals(Optional.of("rs"));
    config.put("lora_alpha", spec.positive("alpha", 8.0) * (rs ? Math.sqrt(more) : more));
    config.put("lora_dropout", spec.fromZero("dropout", 0.0));
    config.put("r", spec.positive("rank", 8) * more);
    config.put("use_dora", spec.flag("dora", false));
    config.put("use_rslora", rs);
  }

  private static boolean isPissa(MethodSpec spec) {
    return spec.option("start").equals(Optional.of("pissa"));
  }

  @Override
  public SortedMap<String, NDArray> theirs(MethodSpec spec, SortedMap<String, NDArray> ours) {
    if (isPissa(spec) && spec.flag("dora", false)) {
      throw new UserException(
          "method %s: peft cannot hold DoRA beside a start that is subtracted; --merge makes both part of the matrices"
              .formatted(spec));
    }
    SortedMap<String, NDArray> theirs = new TreeMap<>();
    ours.forEach(
        (name, tensor) -> {
          if (name.endsWith(OUR_MAGNITUDE)) {
            theirs.put(PeftTargets.module(name), tensor);
          } else if (!isPissa(spec)) {
            theirs.put(name, tensor);
          } else if (name.endsWith(A)) {
            theirs.put(name, tensor.concat(ours.get(start(name)), 0));
          } else if (name.endsWith(B)) {
            theirs.put(name, tensor.concat(ours.get(start(name)).neg(), 1));
          }
        });
    return theirs;
  }

  private static String start(String factor) {
    return PeftTargets.module(factor) + ".start";
  }

  @Override
  public SortedMap<String, NDArray> ours(
      PeftConfig config, Anatomy anatomy, SortedMap<String, NDArray> theirs) {
    SortedMap<String, NDArray> ours = new TreeMap<>();
    theirs.forEach(
        (name, tensor) -> ours.put(name.endsWith(MAGNITUDE) ? name + ".weight" : name, tensor));
    return ours;
  }

  @Override
  public MethodSpec spec(PeftConfig config) {
    config.allow("init_lora_weights", "lora_alpha", "lora_dropout", "r", "use_dora", "use_rslora");
    String start = config.text("init_lora_weights");
    if (!start.isEmpty() && !STARTS.contains(start)) {
      throw new UserException(
          "%s: init_lora_weights is %s, whose adapters belong to a base model that was changed; peft's save_pretrained(..., path_initial_model_for_weight_conversion=...) makes one for the unchanged base"
              .formatted(config.file(), start));
    }
    MethodSpec spec =
        MethodSpec.of("lora")
            .with("rank", config.positive("r"))
            .with("alpha", config.number("lora_alpha"));
    return spec.withUnless("scale", config.flag("use_rslora") ? "rs" : "standard", "standard")
        .withUnless("dropout", config.fromZero("lora_dropout"), 0.0)
        .withUnless("dora", config.flag("use_dora"), false);
  }
}
