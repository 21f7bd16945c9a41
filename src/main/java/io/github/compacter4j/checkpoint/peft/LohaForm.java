package io.github.compacter4j.checkpoint.peft;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.methods.MethodSpec;
import java.util.List;
import java.util.SortedMap;

/** LoHa: names and shapes of the four factors are the same on both sides. */
final class LohaForm implements PeftForm {
  @Override
  public String type() {
    return "LOHA";
  }

  @Override
  public void describe(
      MethodSpec spec, SortedMap<String, NDArray> ours, PeftTargets targets, ObjectNode config) {
    config.put("alpha", spec.positive("alpha", 8.0));
    config.put("r", spec.positive("rank", 8));
  }

  @Override
  public List<String> trainingOnly() {
    return List.of("rank_dropout", "module_dropout");
  }

  @Override
  public MethodSpec spec(PeftConfig config) {
    config.allow("alpha", "r");
    return MethodSpec.of("loha")
        .with("rank", config.positive("r"))
        .with("alpha", config.number("alpha"));
  }
}
