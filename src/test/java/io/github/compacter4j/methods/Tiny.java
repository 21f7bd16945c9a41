package io.github.compacter4j.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.GoldenArrays;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.t5.Generation;
import io.github.compacter4j.t5.GenerationOptions;
import io.github.compacter4j.t5.T5Golden;
import io.github.compacter4j.t5.T5Network;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Torch;

/** The golden backbone (d 24, two blocks a stack, 48 rows) with its batch. */
public final class Tiny implements TinyModel {
  private final NDManager manager = Torch.newManager();
  private final NDArray ids;
  private final NDArray mask;
  private final NDArray labels;
  private final T5Network network;

  public Tiny(DataType type) {
    this("t5_tiny.json", type);
  }

  /** The backbone of another golden file, for instance the gated one of {@code t5_tiny_v11}. */
  public Tiny(String file, DataType type) {
    JsonNode golden = Goldens.file(file);
    network = T5Golden.network(golden, type);
    ids = GoldenArrays.array(manager, golden.required("input_ids"), DataType.INT64);
    mask = GoldenArrays.array(manager, golden.required("attention_mask"), type);
    labels = GoldenArrays.array(manager, golden.required("labels"), DataType.INT64);
  }

  @Override
  public T5Network network() {
    return network;
  }

  @Override
  public NDArray logits(ForwardPass pass) {
    return network.decode(pass, network.shiftRight(labels), network.encode(pass, ids, mask));
  }

  @Override
  public NDArray loss(ForwardPass pass) {
    return network.loss(pass, ids, mask, labels);
  }

  @Override
  public double checkpointedBackward(ForwardPass pass, double scale) {
    return network.checkpointedBackward(pass, ids, mask, labels, scale);
  }

  /** What cached greedy search writes. */
  public long[][] generate(int length) {
    return new Generation(network, GenerationOptions.greedy(length)).generate(ids, mask);
  }

  /** The likeliest next id behind each prefix of {@code texts}, by whole passes. */
  public long[][] next(long[][] texts) {
    try (NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      ForwardPass pass = ForwardPass.evaluation();
      NDArray next =
          network.decode(pass, manager.create(texts), network.encode(pass, ids, mask)).argMax(2);
      long[][] rows = new long[texts.length][];
      for (int row = 0; row < rows.length; row++) {
        rows[row] = next.get(row).toLongArray();
      }
      return rows;
    }
  }

  @Override
  public void close() {
    network.close();
    manager.close();
  }
}
