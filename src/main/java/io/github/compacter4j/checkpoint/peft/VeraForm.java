package io.github.compacter4j.checkpoint.peft;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.MethodSpec;
import java.util.List;
import java.util.SortedMap;

/**
 * VeRA, written with its projections, which no seed here or there makes again on the other side: an
 * imported adapter keeps them ({@code bases=kept}).
 */
final class VeraForm implements PeftForm {
  @Override
  public String type() {
    return "VERA";
  }

  @Override
  public void describe(
      MethodSpec spec, SortedMap<String, NDArray> ours, PeftTargets targets, ObjectNode config) {
    config.put("bias", "none");
    config.put("d_initial", 0.1);
    config.put("fan_in_fan_out", false);
    config.put("projection_prng_key", 0);
    config.put("r", spec.positive("rank", 256));
    config.put("save_projection", true);
    config.put("vera_dropout", 0.0);
  }

  @Override
  public List<String> trainingOnly() {
    return List.of("vera_dropout");
  }

  @Override
  public MethodSpec spec(PeftConfig config) {
    config.allow("d_initial", "projection_prng_key", "r", "save_projection");
    if (!config.flag("save_projection")) {
      throw new UserException(
          "%s: save_projection is false, so that the folder lacks vera_A and vera_B, which peft draws by a generator of its own; save it with save_projection=True"
              .formatted(config.file()));
    }
    return MethodSpec.of("vera").with("rank", config.positive("r")).with("bases", "kept");
  }
}
