package io.github.compacter4j.checkpoint.peft;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Role;
import io.github.compacter4j.model.TensorSpec;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * (IA)^3: a vector that multiplies what a matrix reads is a row, one that multiplies what it writes
 * a column.
 */
final class Ia3Form implements PeftForm {
  private static final String VECTOR = "ia3_l";

  @Override
  public String type() {
    return "IA3";
  }

  @Override
  public boolean hasTargets() {
    return false;
  }

  @Override
  public void describe(
      MethodSpec spec, SortedMap<String, NDArray> ours, PeftTargets targets, ObjectNode config) {
    List<String> rows =
        ours.entrySet().stream()
            .filter(vector -> vector.getValue().getShape().get(0) == 1)
            .map(vector -> PeftTargets.module(vector.getKey()))
            .toList();
    ArrayNode readers = config.putArray("feedforward_modules");
    targets.ends(rows).forEach(readers::add);
    config.put("fan_in_fan_out", false);
  }

  @Override
  public MethodSpec spec(PeftConfig config) {
    config.allow("feedforward_modules");
    return MethodSpec.of("ia3");
  }

  /**
   * In gated networks a row before {@code wo} is a column behind the matrix that is gated, and
   * multiplies the one that stands there.
   */
  @Override
  public SortedMap<String, NDArray> ours(
      PeftConfig config, Anatomy anatomy, SortedMap<String, NDArray> theirs) {
    SortedMap<String, NDArray> ours = new TreeMap<>(theirs);
    List<TensorSpec> tensors = anatomy.tensors();
    for (TensorSpec gate : tensors.stream().filter(t -> t.role() == Role.FF_GATE).toList()) {
      NDArray row = ours.remove(name(tensors, gate, Role.FF_OUT));
      if (row != null) {
        NDArray column = row.transpose().duplicate(); // (f, 1)
        ours.merge(name(tensors, gate, Role.FF_IN), column, NDArray::mul);
      }
    }
    return ours;
  }

  /** The name of the vector at the matrix of this role in the gate's place. */
  private static String name(List<TensorSpec> tensors, TensorSpec gate, Role role) {
    return tensors.stream()
        .filter(tensor -> tensor.role() == role && !tensor.bias())
        .filter(tensor -> tensor.place().equals(gate.place()))
        .findFirst()
        .orElseThrow()
        .sibling(VECTOR);
  }
}
