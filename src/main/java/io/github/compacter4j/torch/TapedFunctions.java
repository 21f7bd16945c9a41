package io.github.compacter4j.torch;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The functions of a block on a {@link Tape}; {@code backward.py} has the mathematics of each.
 *
 * <p>Compared with libtorch's own records a frozen matrix costs no stored copy, values that only
 * the next operation needs are gone at once, and whole sub-layers are one function.
 */
public final class TapedFunctions {
  private final Tape tape;

  /** Functions that go on this tape. */
  public TapedFunctions(Tape tape) {
    this.tape = tape;
  }

  /** Functions for computing without gradients, where the calling thread records none. */
  public static Optional<TapedFunctions> unrecorded() {
    return Torch.isGradientMode() ? Optional.empty() : Optional.of(new TapedFunctions(Tape.none()));
  }

  /** {@link Tape#cut}. */
  public NDArray cut(NDArray x) {
    return tape.cut(x);
  }

  /** {@link Tape#lend}. */
  public NDArray lend(NDArray x) {
    return tape.lend(x);
  }

  /** Whether none of these tensors asks for a gradient. */
  public boolean areFrozen(List<NDArray> tensors) {
    return tensors.stream().noneMatch(tape::wants);
  }

  /** {@code x W^T + b}: x (..., in), w (out, in), b (out) or null -> (..., out). */
  public NDArray linear(NDArray from, NDArray w, NDArray b) {
    NDArray x = tape.cut(from);
    NDArray y = Tape.unrecorded(() -> TorchFunctions.call("affine", x, w, list(b)));
    boolean input = tape.wants(x);
    boolean matrix = tape.wants(w);
    boolean bias = tape.wants(b);
    if (!(input || matrix || bias)) {
      return y;
    }
    List<NDArray> kept = matrix ? List.of(TorchFunctions.withoutGraph(x)) : List.of();
    return tape.record(
        y,
        kept,
        g -> {
          if (input) {
            tape.add(x, TorchFunctions.call("affine_input", g, w));
          }
          if (matrix) {
            tape.add(w, TorchFunctions.call("affine_weight", g, kept.get(0)));
          }
          if (bias) {
            tape.add(b, TorchFunctions.call("affine_bias", g));
          }
        });
  }

  /** {@code h + dropout(z)}, of one shape. */
  public NDArray residual(NDArray fromH, NDArray fromZ, double p, long seed) {
    NDArray h = tape.cut(fromH);
    NDArray z = tape.cut(fromZ);
    if (p == 0) {
      NDArray sum = Tape.unrecorded(() -> h.add(z));
      return record(List.of(h, z), sum, List.of(), g -> List.of(g, g));
    }
    NDArray[] y = unrecorded("residual", h, z, p, seed);
    return record(
        List.of(h, z),
        y[0],
        List.of(y[1]),
        g -> List.of(g, TorchFunctions.call("residual_backward", g, y[1], p)));
  }

  /** {@code dropout(relu(x))}. */
  public NDArray reluDropout(NDArray from, double p, long seed) {
    NDArray x = tape.cut(from);
    NDArray y = Tape.unrecorded(() -> TorchFunctions.call("relu_dropout_kept", x, p, seed));
    NDArray kept = TorchFunctions.withoutGraph(y);
    return record(
        List.of(x),
        y,
        List.of(kept),
        g -> List.of(TorchFunctions.call("relu_dropout_backward", g, kept, p)));
  }

  /** {@code (x - mean) / sqrt(variance + eps) * w + b} over the last axis. */
  public NDArray layerNorm(NDArray from, NDArray w, NDArray b, double eps) {
    NDArray x = tape.cut(from);
    NDArray[] y = unrecorded("layer_norm_kept", x, w, b, eps);
    List<NDArray> inputs = List.of(x, w, b);
    if (areFrozen(inputs)) {
      return alone(y);
    }
    NDArray read = TorchFunctions.withoutGraph(x);
    return record(
        inputs,
        y[0],
        List.of(y[1], y[2], read),
        g -> List.of(TorchFunctions.callAll("layer_norm_backward", g, read, w, b, y[1], y[2])));
  }

  /** {@code x * rsqrt(mean(x^2) + eps) * w} over the last axis. */
  public NDArray rmsNorm(NDArray from, NDArray w, double eps) {
    NDArray x = tape.cut(from);
    NDArray[] y = unrecorded("rms_norm_kept", x, w, eps);
    List<NDArray> inputs = List.of(x, w);
    if (areFrozen(inputs)) {
      return alone(y);
    }
    NDArray read = TorchFunctions.withoutGraph(x);
    return record(
        inputs,
        y[0],
        List.of(y[1], read),
        g -> List.of(TorchFunctions.callAll("rms_norm_backward", g, read, w, y[1])));
  }

  /**
   * {@code dropout(softmax(scale Q K^T + bias)) V} over heads.
   *
   * @param q (batch, query, heads * width)
   * @param k (batch, key, heads * width)
   * @param v (batch, key, heads * width)
   * @param bias broadcast to (batch, heads, query, key)
   */
  public NDArray attention(
      NDArray q, NDArray k, NDArray v, NDArray bias, int heads, double scale, double p, long seed) {
    List<NDArray> inputs = Stream.of(q, k, v, bias).map(tape::cut).toList();
    NDArray seen = inputs.get(3);
    boolean biased = tape.wants(seen);
    NDArray[] y =
        unrecorded(
            "attention_kept",
            inputs.get(0),
            inputs.get(1),
            inputs.get(2),
            seen,
            heads,
            scale,
            p,
            seed);
    return record(
        inputs,
        y[0],
        rest(y),
        g -> {
          NDArray[] d =
              TorchFunctions.callAll(
                  "attention_backward", g, y[1], y[2], y[3], y[4], heads, scale, p);
          if (biased) {
            d[3] = TorchFunctions.call("broadcast_backward", d[3], seen);
          }
          return List.of(d);
        });
  }

  /**
   * Self-attention with its four projections, whose matrices are frozen: q, k, v, and the one back.
   *
   * @param from (batch, length, d)
   * @param w four matrices
   * @param b their biases, or none
   * @param bias broadcast to (batch, heads, query, key); it has no gradient
   */
  public NDArray selfAttention(
      NDArray from,
      List<NDArray> w,
      List<NDArray> b,
      NDArray bias,
      int heads,
      double scale,
      double p,
      long seed) {
    NDArray x = tape.cut(from);
    NDArray[] matrices = w.toArray(new NDArray[0]);
    NDArray[] y =
        unrecorded(
            "self_attention", x, matrices, b.toArray(new NDArray[0]), bias, heads, scale, p, seed);
    boolean biases = !areFrozen(b);
    boolean input = tape.wants(x);
    return record(
        wanted(x, input, b, biases),
        y[0],
        rest(y),
        g ->
            List.of(
                TorchFunctions.callAll(
                    "self_attention_backward",
                    g,
                    matrices,
                    y[1],
                    y[2],
                    heads,
                    scale,
                    p,
                    number(input),
                    number(biases))));
  }

  /**
   * {@link #selfAttention} without dropout and gradients.
   *
   * @param x (batch, length, d)
   */
  public NDArray selfAttention(
      NDArray x, List<NDArray> w, List<NDArray> b, NDArray bias, int heads, double scale) {
    NDArray[] matrices = w.toArray(new NDArray[0]);
    NDArray[] biases = b.toArray(new NDArray[0]);
    return TorchFunctions.call("self_attention_fused", x, matrices, biases, bias, heads, scale);
  }

  /**
   * A feed-forward layer whose matrices are frozen.
   *
   * @param from (..., d)
   * @param w two matrices, (f, d) and (d, f)
   * @param b their biases, or none
   * @param activation {@code gelu}, {@code gelu_new} or {@code relu}
   * @param p dropout behind relu; 0 behind the others
   */
  public NDArray feedForward(
      NDArray from, List<NDArray> w, List<NDArray> b, String activation, double p, long seed) {
    NDArray x = tape.cut(from);
    NDArray[] matrices = w.toArray(new NDArray[0]);
    NDArray[] y =
        unrecorded("feed_forward", x, matrices, b.toArray(new NDArray[0]), activation, p, seed);
    boolean biases = !areFrozen(b);
    boolean input = tape.wants(x);
    return record(
        wanted(x, input, b, biases),
        y[0],
        rest(y),
        g ->
            List.of(
                TorchFunctions.callAll(
                    "feed_forward_backward",
                    g,
                    matrices,
                    y[1],
                    activation,
                    p,
                    number(input),
                    number(biases))));
  }

  /** A backward pass that returns the inputs' gradients in their order. */
  private interface Backward {
    List<NDArray> of(NDArray gradient);
  }

  /** The value of a function, whose backward pass is not asked for. */
  private static NDArray alone(NDArray[] y) {
    rest(y).forEach(NDArray::close);
    return y[0];
  }

  /** Puts y on the tape if any input asks for a gradient, and frees {@code kept} otherwise. */
  private NDArray record(List<NDArray> inputs, NDArray y, List<NDArray> kept, Backward backward) {
    List<Boolean> wanted = inputs.stream().map(tape::wants).toList();
    if (!wanted.contains(true)) {
      kept.forEach(NDArray::close);
      return y;
    }
    return tape.record(
        y,
        kept,
        g -> {
          List<NDArray> gradients = backward.of(g);
          for (int i = 0; i < inputs.size(); i++) {
            if (wanted.get(i)) {
              tape.add(inputs.get(i), gradients.get(i));
            }
          }
        });
  }

  private static List<NDArray> wanted(NDArray x, boolean input, List<NDArray> b, boolean biases) {
    List<NDArray> wanted = new ArrayList<>();
    if (input) {
      wanted.add(x);
    }
    if (biases) {
      wanted.addAll(b);
    }
    return wanted;
  }

  private static NDArray[] unrecorded(String function, Object... arguments) {
    return Tape.unrecorded(() -> TorchFunctions.callAll(function, arguments));
  }

  private static List<NDArray> rest(NDArray[] y) {
    return Arrays.asList(y).subList(1, y.length);
  }

  private static NDArray[] list(NDArray array) {
    return array == null ? new NDArray[0] : new NDArray[] {array};
  }

  private static long number(boolean flag) {
    return flag ? 1 : 0;
  }
}
