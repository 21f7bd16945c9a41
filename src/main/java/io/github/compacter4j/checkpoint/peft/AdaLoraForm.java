package io.github.compacter4j.checkpoint.peft;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * AdaLoRA: names and shapes of A, B and E are the same on both sides, but that peft leaves masked
 * triplets out ({@link RankPattern}).
 */
final class AdaLoraForm implements PeftForm {
  private static final Pattern FACTOR = Pattern.compile("\\.lora_[ABE]$");

  @Override
  public String type() {
    return "ADALORA";
  }

  @Override
  public void describe(
      MethodSpec spec, SortedMap<String, NDArray> ours, PeftTargets targets, ObjectNode config) {
    config.put("bias", "none");
    config.put("deltaT", spec.positive("deltaT", 1));
    config.put("fan_in_fan_out", false);
    config.put("init_r", spec.positive("rank", 12));
    config.put("lora_alpha", spec.positive("alpha", 8.0));
    config.put("lora_dropout", 0.0);
    config.put("orth_reg_weight", spec.fromZero("penalty", 0.5));
    RankPattern.of(ours).describe(targets.naming(), config);
    config.put("target_r", spec.positive("target", 8));
    int first = spec.fromZero("tinit", 0);
    int last = spec.fromZero("tfinal", 0);
    config.put("tfinal", last);
    config.put("tinit", first);
    config.put("total_step", first + last + 1); // peft asks for more than both; training tells
  }

  /** Without what only training needs, such as averages of gradients. */
  @Override
  public SortedMap<String, NDArray> theirs(MethodSpec spec, SortedMap<String, NDArray> ours) {
    SortedMap<String, NDArray> factors = new TreeMap<>(ours);
    factors.keySet().removeIf(name -> !FACTOR.matcher(name).find());
    return RankPattern.of(ours).cut(factors);
  }

  @Override
  public SortedMap<String, NDArray> ours(
      PeftConfig config, Anatomy anatomy, SortedMap<String, NDArray> theirs) {
    return RankPattern.of(config).stretched(theirs);
  }

  @Override
  public List<String> trainingOnly() {
    return List.of("lora_dropout", "beta1", "beta2");
  }

  @Override
  public MethodSpec spec(PeftConfig config) {
    config.allow(
        "deltaT",
        "init_lora_weights",
        "init_r",
        "lora_alpha",
        "orth_reg_weight",
        "r",
        "rank_pattern",
        "target_r",
        "tfinal",
        "tinit",
        "total_step");
    return MethodSpec.of("adalora")
        .with("rank", config.positive("init_r"))
        .with("target", Math.min(config.positive("target_r"), config.positive("init_r")))
        .with("alpha", config.number("lora_alpha"))
        .with("penalty", config.fromZero("orth_reg_weight"))
        .with("tinit", (int) config.fromZero("tinit"))
        .with("tfinal", (int) config.fromZero("tfinal"))
        .with("deltaT", config.positive("deltaT"));
  }
}
