package io.github.compacter4j;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The project's names of the tensors that golden files name otherwise. */
public final class GoldenNames {
  private GoldenNames() {}

  /** Our name of a tensor that trains. */
  public static String ours(String golden) {
    return golden
        .replaceFirst("^prefix_tuning\\.(\\w+)_prefix\\.control_trans$", "prefix.$1")
        .replaceFirst("^prefix_tuning\\.(\\w+)_prefix\\.", "prefix.$1.");
  }

  /** Golden names by ours. */
  public static Map<String, String> byOurs(Collection<String> golden) {
    Map<String, String> names = new TreeMap<>();
    golden.forEach(name -> names.put(ours(name), name));
    return names;
  }

  /**
   * Gives the tensors that do not train a golden's values; what a method does without is zero.
   *
   * @param prefix what our names may have before the golden's
   */
  public static void fillFixed(
      JsonNode golden, String prefix, SortedMap<String, Parameter> fixed, DataType type) {
    for (Map.Entry<String, JsonNode> tensor : golden.path("fixed").properties()) {
      Optional<Parameter> ours = ours(tensor.getKey(), prefix, fixed);
      if (ours.isPresent()) {
        NDArray target = ours.get().getArray();
        try (GradientMode off = GradientMode.off();
            NDArray value = GoldenArrays.array(target.getManager(), tensor.getValue(), type)) {
          TorchFunctions.copy(value, target);
        }
      } else {
        double[] values = Goldens.tensor(tensor.getValue()).data();
        if (Arrays.stream(values).anyMatch(value -> value != 0)) {
          throw new AssertionError("the method has no fixed tensor " + tensor.getKey());
        }
      }
    }
  }

  /** The tensor of this name, or the one of which it is the last part: {@code A}, {@code x_A}. */
  private static Optional<Parameter> ours(
      String golden, String prefix, SortedMap<String, Parameter> fixed) {
    return fixed.entrySet().stream()
        .filter(
            ours ->
                ours.getKey().equals(prefix + golden)
                    || ours.getKey().endsWith("lora_" + golden)
                    || ours.getKey().endsWith("vera_" + golden))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
