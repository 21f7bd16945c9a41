package io.github.compacter4j.bert;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.bert.BertConfig.Kind;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.torch.RandomInitializer;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a task needs on top of an encoder: pooling, and a linear layer to C outputs.
 *
 * <pre>
 *   mean:          W dropout(mean of the tokens) + b
 *   cls, BERT:     W dropout(tanh(P h_0 + p)) + b           P, p: the pooler
 *   cls, RoBERTa:  W dropout(tanh(D dropout(h_0) + c)) + b
 * </pre>
 */
public final class BertHead implements AutoCloseable {
  /** What the names of a head on means begin with. */
  public static final String MEAN = "classifier_mean";

  private final BertConfig config;
  private final Pooling pooling;
  private final int outputs;
  private final NDManager manager = Torch.newManager();
  private final SortedMap<String, Parameter> tensors = new TreeMap<>();

  /**
   * A new head.
   *
   * @param outputs classes C, or 1 for a score
   * @param type of the activations
   * @param seed of the first weights, N(0, initializerRange^2); biases are 0
   */
  public BertHead(BertConfig config, Pooling pooling, int outputs, DataType type, long seed) {
    this.config = config;
    this.pooling = pooling;
    this.outputs = outputs;
    RandomInitializer normal = RandomInitializer.normal(config.initializerRange());
    shapes(config, pooling, outputs)
        .forEach(
            (name, shape) -> {
              Parameter tensor =
                  Parameter.builder().setName(name).setType(Parameter.Type.OTHER).build();
              tensor.setShape(shape);
              boolean isBias = name.endsWith(".bias");
              tensor.setInitializer(isBias ? Initializer.ZEROS : normal.of(seed, name));
              tensor.initialize(manager, type);
              tensors.put(name, tensor);
            });
  }

  /** Names and shapes of a head's tensors, from the sizes alone. */
  public static SortedMap<String, Shape> shapes(BertConfig config, Pooling pooling, int outputs) {
    SortedMap<String, Shape> shapes = new TreeMap<>();
    int d = config.hiddenSize();
    if (pooling == Pooling.CLS) {
      shapes.put(dense(config) + ".weight", new Shape(d, d));
      shapes.put(dense(config) + ".bias", new Shape(d));
    }
    shapes.put(output(config, pooling) + ".weight", new Shape(outputs, d));
    shapes.put(output(config, pooling) + ".bias", new Shape(outputs));
    return shapes;
  }

  private static String dense(BertConfig config) {
    return config.kind() == Kind.BERT ? "pooler.dense" : "classifier.dense";
  }

  private static String output(BertConfig config, Pooling pooling) {
    if (pooling == Pooling.MEAN) {
      return MEAN;
    }
    return config.kind() == Kind.BERT ? "classifier" : "classifier.out_proj";
  }

  /** The tensors by name; all train, whatever the method. */
  public SortedMap<String, Parameter> tensors() {
    return Collections.unmodifiableSortedMap(tensors);
  }

  /** How tokens become one vector. */
  public Pooling pooling() {
    return pooling;
  }

  /** The number of outputs C. */
  public int outputs() {
    return outputs;
  }

  /** Whether the one output is a score, not a class. */
  public boolean isScore() {
    return outputs == 1;
  }

  /**
   * The outputs (batch, C) for hidden states (batch, length, d).
   *
   * @param mask 1 for tokens and 0 for padding, (batch, length)
   */
  NDArray logits(ForwardPass pass, NDArray hidden, NDArray mask) {
    NDArray pooled = pooling == Pooling.MEAN ? mean(hidden, mask) : first(pass, hidden);
    return linear(output(config, pooling), pass.headDropout(pooled));
  }

  /** Means (batch, d) over the tokens. */
  static NDArray mean(NDArray hidden, NDArray mask) {
    NDArray sum = hidden.mul(mask.expandDims(2)).sum(new int[] {1});
    return sum.div(mask.sum(new int[] {1}, true));
  }

  private NDArray first(ForwardPass pass, NDArray hidden) {
    NDArray first = hidden.get(":, 0"); // (batch, d)
    NDArray read = config.kind() == Kind.BERT ? first : pass.headDropout(first);
    return linear(dense(config), read).tanh();
  }

  private NDArray linear(String layer, NDArray x) {
    return TorchFunctions.linear(
        x, tensors.get(layer + ".weight").getArray(), tensors.get(layer + ".bias").getArray());
  }

  /**
   * The mean loss of outputs (batch, C): cross-entropy with classes, int64 (batch), or the squared
   * difference from scores (batch).
   */
  NDArray loss(NDArray logits, NDArray targets) {
    return isScore()
        ? logits.squeeze(1).sub(targets).square().mean()
        : TorchFunctions.crossEntropy(logits, targets);
  }

  @Override
  public void close() {
    manager.close();
  }
}
