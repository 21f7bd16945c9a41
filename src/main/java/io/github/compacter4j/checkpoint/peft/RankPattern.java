package io.github.compacter4j.checkpoint.peft;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.UserException;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Which of AdaLoRA's triplets are left in each matrix, where some were masked: {@code peft} leaves
 * the others out of its file and lists what is left in {@code rank_pattern}.
 *
 * @param left for each E (r, 1), by its name, whether a triplet is left
 */
record RankPattern(SortedMap<String, boolean[]> left) {
  private static final String SETTING = "rank_pattern";
  private static final String E = "lora_E";

  /** Of tensors with masked triplets, whose E is zero; none is left out where all E are zero. */
  static RankPattern of(SortedMap<String, NDArray> ours) {
    SortedMap<String, boolean[]> left = new TreeMap<>();
    ours.forEach(
        (name, tensor) -> {
          if (name.endsWith(E)) {
            left.put(name, tensor.neq(0).flatten().toBooleanArray());
          }
        });
    boolean all = left.values().stream().allMatch(each -> count(each) == each.length);
    boolean none = left.values().stream().allMatch(each -> count(each) == 0);
    return new RankPattern(all || none ? new TreeMap<>() : left);
  }

  /** Of what a configuration lists. */
  static RankPattern of(PeftConfig config) {
    SortedMap<String, boolean[]> left = new TreeMap<>();
    for (Map.Entry<String, JsonNode> one : config.json().path(SETTING).properties()) {
      boolean[] listed = new boolean[one.getValue().size()];
      IntStream.range(0, listed.length).forEach(i -> listed[i] = one.getValue().get(i).asBoolean());
      int rank = config.positive("init_r");
      if (listed.length != rank) {
        throw new UserException(
            "%s: rank_pattern lists %d triplets of %s, init_r is %d"
                .formatted(config.file(), listed.length, one.getKey(), rank));
      }
      left.put(PeftNames.ours(PeftNames.file(one.getKey(), name -> name)), listed);
    }
    return new RankPattern(left);
  }

  private static int count(boolean[] left) {
    return (int) IntStream.range(0, left.length).filter(i -> left[i]).count();
  }

  /** Lists what is left, if anything is left out. */
  void describe(UnaryOperator<String> naming, ObjectNode config) {
    if (left.isEmpty()) {
      config.putNull(SETTING);
      return;
    }
    ObjectNode listed = config.putObject(SETTING);
    left.forEach(
        (name, each) -> {
          ArrayNode flags = listed.putArray(naming.apply(name));
          for (boolean flag : each) {
            flags.add(flag);
          }
        });
  }

  /** The tensors without the triplets that are left out: of r rows or columns, n. */
  SortedMap<String, NDArray> cut(SortedMap<String, NDArray> tensors) {
    SortedMap<String, NDArray> cut = new TreeMap<>(tensors);
    left.forEach((name, each) -> multiply(cut, name, selection(cut.get(name), each)));
    return cut;
  }

  /**
   * The tensors with zeros for the triplets that are left out: of n rows or columns, r.
   *
   * @throws UserException naming a matrix that has another number of triplets
   */
  SortedMap<String, NDArray> stretched(SortedMap<String, NDArray> tensors) {
    SortedMap<String, NDArray> stretched = new TreeMap<>(tensors);
    left.forEach(
        (name, each) -> {
          NDArray e = tensors.get(name);
          if (e == null || e.size() != count(each)) {
            throw new UserException(
                "rank_pattern leaves %d triplets of %s, the file has %s"
                    .formatted(count(each), name, e == null ? "none" : e.size()));
          }
          multiply(stretched, name, selection(e, each).transpose());
        });
    return stretched;
  }

  /** Ones that choose triplets, like another tensor: (n, r). */
  private static NDArray selection(NDArray like, boolean[] left) {
    float[] ones = new float[count(left) * left.length];
    int row = 0;
    for (int i = 0; i < left.length; i++) {
      if (left[i]) {
        ones[row++ * left.length + i] = 1;
      }
    }
    NDArray selection = like.getManager().create(ones, new Shape(row, left.length));
    return TorchFunctions.cast(selection, like.getDataType());
  }

  /** Multiplies A and E from the left, B from the right. */
  private static void multiply(SortedMap<String, NDArray> tensors, String e, NDArray selection) {
    String matrix = e.substring(0, e.length() - E.length());
    tensors.computeIfPresent(e, (name, tensor) -> selection.matMul(tensor));
    tensors.computeIfPresent(matrix + "lora_A", (name, a) -> selection.matMul(a));
    tensors.computeIfPresent(matrix + "lora_B", (name, b) -> b.matMul(selection.transpose()));
  }
}
