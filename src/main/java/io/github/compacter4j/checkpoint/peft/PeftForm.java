package io.github.compacter4j.checkpoint.peft;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.model.Anatomy;
import java.util.List;
import java.util.SortedMap;

/**
 * How the adapters of one method are written in {@code peft}'s files.
 *
 * <p>Names of tensors are those of this program, to which a model's prefixes are added; a name
 * without a dot belongs to the whole model.
 */
interface PeftForm {

  /** What {@code peft_type} says. */
  String type();

  /**
   * Writes what {@code adapter_config.json} says of a method beside the matrices that it changes.
   *
   * @param spec with all options
   * @param ours the inserted tensors
   */
  void describe(
      MethodSpec spec, SortedMap<String, NDArray> ours, PeftTargets targets, ObjectNode config);

  /**
   * The method that a configuration describes, without its targets.
   *
   * @param config without {@link #trainingOnly()}
   * @throws io.github.compacter4j.UserException naming a setting that no option means
   */
  MethodSpec spec(PeftConfig config);

  /** Settings of training alone that the method here has not: a trained adapter does without. */
  default List<String> trainingOnly() {
    return List.of();
  }

  /** Whether the method lets its matrices be chosen. */
  default boolean hasTargets() {
    return true;
  }

  /** The tensors in peft's form. */
  default SortedMap<String, NDArray> theirs(MethodSpec spec, SortedMap<String, NDArray> ours) {
    return ours;
  }

  /** The tensors in this program's form. */
  default SortedMap<String, NDArray> ours(
      PeftConfig config, Anatomy anatomy, SortedMap<String, NDArray> theirs) {
    return theirs;
  }
}
