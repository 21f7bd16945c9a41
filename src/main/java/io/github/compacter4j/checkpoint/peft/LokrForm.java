package io.github.compacter4j.checkpoint.peft;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.methods.MethodSpec;
import java.util.List;
import java.util.SortedMap;

/** LoKr: names and shapes of the factors are the same on both sides. */
final class LokrForm implements PeftForm {
  private static final int AUTO = -1;

  @Override
  public String type() {
    return "LOKR";
  }

  @Override
  public void describe(
      MethodSpec spec, SortedMap<String, NDArray> ours, PeftTargets targets, ObjectNode config) {
    config.put("alpha", spec.positive("alpha", 8.0));
    config.put("decompose_both", spec.flag("both", false));
    config.put("decompose_factor", spec.positiveOrAuto("factor").orElse(AUTO));
    config.put("r", spec.positive("rank", 8));
  }

  @Override
  public List<String> trainingOnly() {
    return List.of("rank_dropout", "module_dropout", "rank_dropout_scale");
  }

  @Override
  public MethodSpec spec(PeftConfig config) {
    config.allow("alpha", "decompose_both", "decompose_factor", "r");
    String factor = config.text("decompose_factor");
    return MethodSpec.of("lokr")
        .with("rank", config.positive("r"))
        .with("alpha", config.number("alpha"))
        .with("factor", factor.isEmpty() || factor.equals("" + AUTO) ? "auto" : factor)
        .with("both", config.flag("decompose_both"));
  }
}
