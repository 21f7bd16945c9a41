package io.github.compacter4j.model;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The sizes, places and named tensors of a network, known before it has weights. */
public interface Anatomy {

  /** The width d of the residual stream. */
  int width();

  /** The joint width of all heads of an attention layer. */
  int attentionWidth();

  /** The number of heads of an attention layer. */
  int heads();

  /** Rows V of the embedding. */
  int vocabulary();

  /** The stacks in the order of the computation. */
  List<Stack> stacks();

  /** The number of blocks of a stack. */
  int blocks(Stack stack);

  /** The sub-layers of a stack's blocks in the order of the computation. */
  default List<SubLayer> subLayers(Stack stack) {
    return Arrays.stream(SubLayer.values())
        .filter(subLayer -> stack == Stack.DECODER || subLayer != SubLayer.CROSS_ATTENTION)
        .toList();
  }

  /** Every tensor of the network, block by block. */
  List<TensorSpec> tensors();

  /**
   * What the names of a place's tensors begin with, for instance {@code decoder.block.3.layer.2}.
   */
  String prefix(Place place);

  /**
   * What the names of a bottleneck adapter's tensors begin with, its last dot included.
   *
   * @param adapterName what tells adapters apart, usually the task
   */
  String adapterPrefix(Place place, String adapterName);

  /** Whether each sub-layer reads what its norm has made of the residual stream. */
  boolean normsFirst();

  /** Whether these are sizes of a published model that the paper's defaults are made for. */
  boolean isPublished();

  /** The most tokens of an input, a prompt's vectors included; empty where any number will do. */
  default OptionalInt maxTokens() {
    return OptionalInt.empty();
  }

  /** The row of the embedding from which a prompt of words is usually taken. */
  default int firstPromptRow() {
    return 0;
  }

  /** The layer that writes words, in networks that have one. */
  Optional<OutputLayer> outputLayer();

  /**
   * The layer that writes words.
   *
   * @param tensor name of the matrix (V, d): the embedding where both are one
   * @param hook name under which hooks know the layer
   */
  record OutputLayer(String tensor, String hook) {}

  /** Names and shapes of all tensors. */
  default Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    tensors().forEach(tensor -> shapes.put(tensor.name(), tensor.shape()));
    return shapes;
  }

  /** Parameters of the network itself. */
  default long parameters() {
    return tensors().stream().mapToLong(tensor -> tensor.shape().size()).sum();
  }

  /** Name of the embedding of words, (V, d). */
  default String embedding() {
    return tensors().stream()
        .filter(tensor -> tensor.role() == Role.EMBEDDING)
        .findFirst()
        .orElseThrow()
        .name();
  }
}
