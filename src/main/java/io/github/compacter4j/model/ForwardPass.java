package io.github.compacter4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import io.github.compacter4j.torch.Seeds;
import io.github.compacter4j.torch.Tape;
import io.github.compacter4j.torch.TapedFunctions;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.List;

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
  private final TapedFunctions taped; // or null
  private long dropouts;

  private ForwardPass(boolean training, Dropout dropout, long seed, TapedFunctions taped) {
    this.training = training;
    this.dropout = dropout;
    this.seed = seed;
    this.taped = taped;
  }

  /** A pass for evaluation: no dropout, and the fastest functions where no gradient is recorded. */
  public static ForwardPass evaluation() {
    return new ForwardPass(false, Dropout.of(0), 0, TapedFunctions.unrecorded().orElse(null));
  }

  /** A pass for training with one rate of dropout; 0 turns it off. */
  public static ForwardPass training(double dropoutRate, long seed) {
    return training(Dropout.of(dropoutRate), seed);
  }

  /** A pass for training. */
  public static ForwardPass training(Dropout dropout, long seed) {
    return new ForwardPass(true, dropout, seed, null);
  }

  /** This pass from its start, with the functions of blocks on a tape; see {@link Network#on}. */
  ForwardPass on(Tape tape) {
    if (!training) {
      throw new IllegalStateException("only a pass for training goes on a tape");
    }
    return new ForwardPass(training, dropout, seed, new TapedFunctions(tape));
  }

  /** The number of dropouts so far. */
  public long position() {
    return dropouts;
  }

  /** A copy of this pass that starts at an earlier {@link #position}. */
  public ForwardPass from(long position) {
    ForwardPass again = new ForwardPass(training, dropout, seed, taped);
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
    return rate == 0 || !training ? x : TorchFunctions.dropout(lend(x), rate, nextSeed());
  }

  /** ReLU and dropout in one pass over memory. */
  public NDArray reluDropout(NDArray x) {
    double rate = dropout.hidden();
    if (taped != null) {
      return taped.reluDropout(x, rate, rate == 0 ? 0 : nextSeed());
    }
    return rate == 0 ? Activation.relu(x) : TorchFunctions.reluDropout(x, rate, nextSeed());
  }

  /** What has been computed so far, fit to be read by several functions of a block. */
  public NDArray cut(NDArray x) {
    return taped == null ? x : taped.cut(x);
  }

  /** What a function of a block has made, fit to be read by operations that libtorch records. */
  public NDArray lend(NDArray x) {
    return taped == null ? x : taped.lend(x);
  }

  /** {@code x W^T + b}: x (..., in), w (out, in), b (out) or null -> (..., out). */
  NDArray linear(NDArray x, NDArray w, NDArray b) {
    if (taped != null) {
      return taped.linear(x, w, b);
    }
    return b == null ? TorchFunctions.linear(x, w) : TorchFunctions.fastLinear(x, w, b);
  }

  /** {@code x * rsqrt(mean(x^2) + eps) * w}. */
  NDArray rmsNorm(NDArray x, NDArray w, double eps) {
    return taped == null ? TorchFunctions.rmsNorm(x, w, eps) : taped.rmsNorm(x, w, eps);
  }

  /** {@code (x - mean) / sqrt(variance + eps) * w + b}. */
  NDArray layerNorm(NDArray x, NDArray w, NDArray b, double eps) {
    return taped == null ? TorchFunctions.layerNorm(x, w, b, eps) : taped.layerNorm(x, w, b, eps);
  }

  /** {@code h + dropout(z)}. */
  public NDArray residual(NDArray h, NDArray z) {
    if (taped == null) {
      return h.add(dropout(z));
    }
    double rate = dropout.hidden();
    return taped.residual(h, z, rate, rate == 0 ? 0 : nextSeed());
  }

  /** Attention with dropout on its probabilities in training, fused in evaluation. */
  NDArray attention(NDArray q, NDArray k, NDArray v, NDArray bias, int heads, double scale) {
    if (taped != null && training) {
      return taped.attention(q, k, v, bias, heads, scale, dropout.attention(), nextSeed());
    }
    NDArray scaled = scale == 1 ? q : TorchFunctions.scale(q, scale);
    if (training) {
      return TorchFunctions.attention(scaled, k, v, bias, heads, dropout.attention(), nextSeed());
    }
    return TorchFunctions.fusedAttention(scaled, k, v, bias, heads);
  }

  /** Whether a sub-layer with these matrices can be one function. */
  boolean joins(List<NDArray> matrices) {
    return taped != null && taped.areFrozen(matrices);
  }

  /** A whole self-attention, see {@link TapedFunctions#selfAttention}. */
  NDArray selfAttention(
      NDArray x, List<NDArray> w, List<NDArray> b, NDArray bias, int heads, double scale) {
    return training
        ? taped.selfAttention(x, w, b, bias, heads, scale, dropout.attention(), nextSeed())
        : taped.selfAttention(x, w, b, bias, heads, scale);
  }

  /** A whole feed-forward layer, see {@link TapedFunctions#feedForward}. */
  NDArray feedForward(
      NDArray x, List<NDArray> w, List<NDArray> b, String activation, boolean dropoutInside) {
    double rate = dropoutInside ? dropout.hidden() : 0;
    return taped.feedForward(x, w, b, activation, rate, rate == 0 ? 0 : nextSeed());
  }

  private long nextSeed() {
    return Seeds.of(seed, dropouts++);
  }
}
