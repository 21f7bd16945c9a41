package io.github.compacter4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import io.github.compacter4j.torch.Seeds;
import io.github.compacter4j.torch.TorchFunctions;

/**
 * What one pass through the network needs to know: whether it trains, and its dropout.
 *
 * <p>Each dropout of a pass takes its mask from (seed, number of the dropout in the pass), so a
 * pass can be repeated exactly.
 */
public final class ForwardPass {
  private final boolean training;
  private final Dropout dropout;
  private final long seed;
  private long dropouts;

  private ForwardPass(boolean training, Dropout dropout, long seed) {
    this.training = training;
    this.dropout = dropout;
    this.seed = seed;
  }

  /** A pass for evaluation: no dropout. */
  public static ForwardPass evaluation() {
    return new ForwardPass(false, Dropout.of(0), 0);
  }

  /** A pass for training with one rate of dropout; 0 turns it off. */
  public static ForwardPass training(double dropoutRate, long seed) {
    return training(Dropout.of(dropoutRate), seed);
  }

  /** A pass for training. */
  public static ForwardPass training(Dropout dropout, long seed) {
    return new ForwardPass(true, dropout, seed);
  }

  /** The number of dropouts so far. */
  public long position() {
    return dropouts;
  }

  /** A copy of this pass that starts at an earlier {@link #position}. */
  public ForwardPass from(long position) {
    ForwardPass again = new ForwardPass(training, dropout, seed);
    again.dropouts = position;
    return again;
  }

  /** Whether gradients will be asked for. */
  public boolean isTraining() {
    return training;
  }

  /** Dropout with the next mask of the pass. */
  public NDArray dropout(NDArray x) {
    return dropout(x, dropout.hidden());
  }

  /** Dropout before a layer of a head, with the next mask of the pass. */
  public NDArray headDropout(NDArray x) {
    return dropout(x, dropout.head());
  }

  /** Dropout of a rate of a method's own with the next mask of the pass; none in evaluation. */
  public NDArray dropout(NDArray x, double rate) {
    return rate == 0 || !training ? x : TorchFunctions.dropout(x, rate, nextSeed());
  }

  /** ReLU and dropout in one pass over memory. */
  public NDArray reluDropout(NDArray x) {
    return dropout.hidden() == 0
        ? Activation.relu(x)
        : TorchFunctions.reluDropout(x, dropout.hidden(), nextSeed());
  }

  /** Attention with dropout on its probabilities in training, fused in evaluation. */
  public NDArray attention(NDArray q, NDArray k, NDArray v, NDArray bias, int heads) {
    if (training) {
      return TorchFunctions.attention(q, k, v, bias, heads, dropout.attention(), nextSeed());
    }
    return TorchFunctions.fusedAttention(q, k, v, bias, heads);
  }

  private long nextSeed() {
    return Seeds.of(seed, dropouts++);
  }
}
