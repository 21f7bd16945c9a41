package io.github.compacter4j.checkpoint.peft;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.MethodSpec;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** LoRA: names and shapes of A and B are the same on both sides. */
final class LoraForm implements PeftForm {
  /** Starts that leave the base model as it is. */
  private static final List<String> STARTS = List.of("true", "false", "gaussian", "orthogonal");

  @Override
  public String type() {
    return "LORA";
  }

  @Override
  public void describe(
      MethodSpec spec, SortedMap<String, NDArray> ours, PeftTargets targets, ObjectNode config) {
    requireWritten(spec);
    config.put("bias", "none");
    config.put("fan_in_fan_out", false);
    config.put("lora_alpha", spec.positive("alpha", 8.0));
    config.put("lora_dropout", spec.fromZero("dropout", 0.0));
    config.put("r", spec.positive("rank", 8));
    config.put("use_rslora", spec.option("scale").equals(Optional.of("rs")));
  }

  /** Refuses what the two factors alone do not say. */
  private static void requireWritten(MethodSpec spec) {
    if (spec.option("start").isPresent() || spec.option("dora").isPresent()) {
      throw new UserException(
          "method "
              + spec
              + ": start=pissa and dora=true are not written for peft; expected --merge, which makes a model's folder");
    }
  }

  @Override
  public MethodSpec spec(PeftConfig config) {
    config.allow("init_lora_weights", "lora_alpha", "lora_dropout", "r", "use_rslora");
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
    return config.flag("use_rslora") ? spec.with("scale", "rs") : spec;
  }
}
