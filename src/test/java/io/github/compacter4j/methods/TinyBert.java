package io.github.compacter4j.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.GoldenArrays;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.bert.BertGolden;
import io.github.compacter4j.bert.BertInput;
import io.github.compacter4j.bert.BertNetwork;
import io.github.compacter4j.bert.Pooling;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.torch.Torch;

/**
 * The golden encoder (d 24, two blocks, 50 rows, 30 positions) with its batch and three classes.
 */
public final class TinyBert implements TinyModel {
  private final NDManager manager = Torch.newManager();
  private final BertInput input;
  private final NDArray labels;
  private final BertNetwork network;

  /** The backbone of this file. */
  public TinyBert(String file, DataType type) {
    JsonNode golden = Goldens.file(file);
    network = BertGolden.network(golden, Pooling.MEAN, 3, type);
    input = BertGolden.input(golden, manager, type);
    labels = GoldenArrays.array(manager, golden.required("labels"), DataType.INT64);
  }

  @Override
  public BertNetwork network() {
    return network;
  }

  /** The batch. */
  public BertInput input() {
    return input;
  }

  @Override
  public NDArray logits(ForwardPass pass) {
    return network.logits(pass, input);
  }

  @Override
  public NDArray loss(ForwardPass pass) {
    return network.loss(pass, input, labels);
  }

  @Override
  public double checkpointedBackward(ForwardPass pass, double scale) {
    return network.checkpointedBackward(pass, input, labels, scale);
  }

  @Override
  public void close() {
    network.close();
    manager.close();
  }
}
