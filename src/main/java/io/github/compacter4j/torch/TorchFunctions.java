package io.github.compacter4j.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The operations of libtorch that DJL lacks or does slowly, differentiable where it says nothing
 * else.
 *
 * <p>Results belong to the manager of the first argument, or to the innermost {@code NDScope}.
 */
public final class TorchFunctions {
  /** Below this many multiplications oneDNN's conversions cost more than its kernels win. */
  private static final long ONEDNN_MIN_PRODUCTS = 1L << 24;

  private static final long ONEDNN_MIN_ROWS = 256; // see product_onednn.py

  private static final String SOURCE = source();
  private static final TorchModule MODULE =
      TorchModule.compile(Torch.root(), SOURCE, Torch.version());
  private static final Map<String, LongAdder> CALLS = new ConcurrentHashMap<>();

  private TorchFunctions() {}

  /**
   * {@code y = x W^T} by the fastest kernel for the types at hand.
   *
   * @param x (..., in)
   * @param w (out, in), float32, float64 or bfloat16
   * @return (..., out) in the type of x
   */
  public static NDArray linear(NDArray x, NDArray w) {
    if (Torch.isBfloat16(w)) {
      return call("linear_bf16", x, w);
    }
    return call(prefersOneDnn(x, w) ? "linear_onednn" : "linear", x, w);
  }

  /** {@code y = x W^T + b}: x (..., in), w (out, in), b (out) -> (..., out). */
  public static NDArray linear(NDArray x, NDArray w, NDArray b) {
    return call("linear_bias", x, w, b);
  }

  /**
   * {@code y = x W^T + b} by the fastest kernel for the types at hand.
   *
   * @param x (..., in)
   * @param w (out, in), float32, float64 or bfloat16
   * @param b (out) in the type of x
   * @return (..., out) in the type of x
   */
  public static NDArray fastLinear(NDArray x, NDArray w, NDArray b) {
    if (Torch.isBfloat16(w)) {
      return call("linear_bias_bf16", x, w, b);
    }
    return call(prefersOneDnn(x, w) ? "linear_bias_onednn" : "linear_bias", x, w, b);
  }

  private static boolean prefersOneDnn(NDArray x, NDArray w) {
    if (w.getDataType() != DataType.FLOAT32 || w.getDevice().isGpu()) {
      return false;
    }
    Shape shape = w.getShape();
    long rows = x.size() / shape.get(1);
    return rows >= ONEDNN_MIN_ROWS && rows * shape.size() >= ONEDNN_MIN_PRODUCTS;
  }

  /** Rows of {@code w} (rows, d) at {@code ids} (batch, length) -> (batch, length, d). */
  public static NDArray embedding(NDArray w, NDArray ids) {
    return call(Torch.isBfloat16(w) ? "embedding_bf16" : "embedding", w, ids);
  }

  /** T5's norm: {@code x * rsqrt(mean(x^2) + eps) * w}, without mean and bias. */
  public static NDArray rmsNorm(NDArray x, NDArray w, double eps) {
    return call("rms_norm", x, w, eps);
  }

  /** {@code (x - mean) / sqrt(variance + eps) * w + b} over the last axis. */
  public static NDArray layerNorm(NDArray x, NDArray w, NDArray b, double eps) {
    return call("layer_norm", x, w, b, eps);
  }

  /** {@code 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))}, the gelu_new of the reference. */
  public static NDArray geluTanh(NDArray x) {
    return call("gelu_tanh", x);
  }

  /** Zeroes elements with probability p and scales the rest by 1/(1-p); the seed fixes which. */
  public static NDArray dropout(NDArray x, double p, long seed) {
    return call("dropout", x, p, seed);
  }

  /** {@link #dropout} of the positive part of x, in one pass. */
  public static NDArray reluDropout(NDArray x, double p, long seed) {
    return call("relu_dropout", x, p, seed);
  }

  /** Which elements {@link #dropout} keeps: boolean, the shape of x. */
  public static NDArray keepMask(NDArray x, double p, long seed) {
    return call("keep_mask", x, p, seed);
  }

  /**
   * {@code softmax(Q K^T + bias) V} over heads, with dropout on the probabilities.
   *
   * @param q (batch, query, heads * d_kv)
   * @param k (batch, key, heads * d_kv)
   * @param v (batch, key, heads * d_kv)
   * @param bias broadcast to (batch, heads, query, key)
   * @return (batch, query, heads * d_kv)
   */
  public static NDArray attention(
      NDArray q, NDArray k, NDArray v, NDArray bias, int heads, double p, long seed) {
    return call("attention", q, k, v, bias, heads, p, seed);
  }

  /** {@link #attention} without dropout as one fused operation. */
  public static NDArray fusedAttention(NDArray q, NDArray k, NDArray v, NDArray bias, int heads) {
    return call("attention_fused", q, k, v, bias, heads);
  }

  /**
   * T5's relative position bias plus mask.
   *
   * @param table (buckets, heads)
   * @param buckets int64 (query, key)
   * @param mask broadcast to (batch, heads, query, key)
   */
  public static NDArray positionBias(NDArray table, NDArray buckets, NDArray mask) {
    return call("position_bias", table, buckets, mask);
  }

  /** Mean cross-entropy of logits (batch, target, vocabulary) over labels other than -100. */
  public static NDArray crossEntropy(NDArray logits, NDArray labels) {
    return call("cross_entropy", logits, labels);
  }

  /** {@code H = sum_i A_i (x) B_i}: (n, n, n) and (n, in/n, out/n) -> (in, out).. */
  public static NDArray kroneckerSum(NDArray a, NDArray b) {
    return call("kronecker_sum", a, b);
  }

  /** The n matrix products {@code left_i right_i}: (n, i, r) and (n, r, j) -> (n, i, j). */
  public static NDArray factorProduct(NDArray left, NDArray right) {
    return call("factor_product", left, right);
  }

  /**
   * {@code x H + bias} with {@code H = sum_i A_i (x) B_i}: the paper's PHM layer.
   *
   * @param x (..., in)
   * @param a (n, n, n)
   * @param b (n, in/n, out/n)
   * @param bias (out), or null
   * @return (..., out)
   */
  public static NDArray phm(NDArray x, NDArray a, NDArray b, NDArray bias) {
    return call("phm_full", x, a, b, optional(bias));
  }

  /**
   * {@code x H + bias} with {@code H = sum_i A_i (x) (s_i t_i)}: the paper's low-rank PHM layer.
   *
   * @param x (..., in)
   * @param a (n, n, n)
   * @param s (n, in/n, r)
   * @param t (n, r, out/n)
   * @param bias (out), or null
   * @return (..., out)
   */
  public static NDArray lowRankPhm(NDArray x, NDArray a, NDArray s, NDArray t, NDArray bias) {
    return call("phm_low_rank", x, a, s, t, optional(bias));
  }

  private static NDArray[] optional(NDArray array) {
    return array == null ? new NDArray[0] : new NDArray[] {array};
  }

  /**
   * The unnormalised Walsh-Hadamard transform in natural order, in O(L log L).
   *
   * @param x (L), L a power of two
   */
  public static NDArray hadamard(NDArray x) {
    return call("hadamard", x);
  }

  /**
   * Fastfood (Le, Sarlos and Smola, 2013): the first values of {@code H G P H B x}, x padded with
   * zeros to L or cut to it.
   *
   * @param x (k)
   * @param b signs (S), S a power of two, at most L, at least min(k, L)
   * @param p the permutation of 0..L-1 modulo S, int32 (L)
   * @param g (L)
   * @param size how many values, at most L
   */
  public static NDArray fastfood(NDArray x, NDArray b, NDArray p, NDArray g, long size) {
    return call("fastfood", x, b, p, g, size);
  }

  /**
   * {@code factor * x}. DJL's own product with a number makes a tensor in Java's memory, which the
   * backward pass may read after the garbage collector has freed it.
   */
  public static NDArray scale(NDArray x, double factor) {
    return call("scale", x, factor);
  }

  /**
   * The right singular vectors of the r largest singular values of w (out, in), each times the root
   * of its value: (r, in). Signs are those that LAPACK chooses.
   */
  public static NDArray principalRows(NDArray w, int r) {
    return call("principal_rows", w, r);
  }

  /**
   * The Euclidean norms of the rows of {@code W + s B A}, (out), through which no gradient flows.
   *
   * @param w (out, in), of any type
   * @param a (r, in)
   * @param b (out, r)
   */
  public static NDArray rowNorms(NDArray w, NDArray a, NDArray b, double s) {
    return call("row_norms", w, a, b, s);
  }

  /**
   * A copy of w, of any shape and type, to which values are added.
   *
   * @param places of its entries counted row by row, int64 (n), each once
   * @param values (n)
   */
  public static NDArray addAt(NDArray w, NDArray places, NDArray values) {
    return call("add_at", w, places, values);
  }

  /** {@code x} itself, whose gradient is {@code scale} times what it would be. */
  public static NDArray scaleGradient(NDArray x, double scale) {
    return call("scale_gradient", x, scale);
  }

  /** Whether x trains, or was computed from what trains; DJL's own way knows the former alone. */
  public static boolean requiresGradient(NDArray x) {
    try (NDArray flag = call("requires_gradient", x)) {
      return flag.size() == 1;
    }
  }

  /** {@code x} itself, sharing its memory, without the graph that leads to it. */
  public static NDArray withoutGraph(NDArray x) {
    return call("without_graph", x);
  }

  /** {@code x} itself, sharing its memory and the graph that leads to it. */
  static NDArray alias(NDArray x) {
    return call("alias", x);
  }

  /** Casts and keeps the gradient, which DJL's own cast loses. */
  public static NDArray cast(NDArray x, DataType type) {
    return switch (type) {
      case FLOAT32 -> call("to_float32", x);
      case FLOAT64 -> call("to_float64", x);
      default -> throw new IllegalArgumentException("no cast to " + type);
    };
  }

  /** Casts to bfloat16, which {@link #linear} and {@link #embedding} take as weights. */
  public static NDArray toBfloat16(NDArray x) {
    return call("to_bf16", x);
  }

  /** Overwrites {@code target} with {@code source} in place; DJL's own way warns on stderr. */
  public static void copy(NDArray source, NDArray target) {
    try (GradientMode off = GradientMode.off()) {
      call("copy", source, target).close();
    }
  }

  /**
   * The r largest singular values of a matrix (out, in) with their vectors.
   *
   * @return (r, out + 1 + in): in each row a left vector, the value, the right vector
   */
  public static NDArray singularFactors(NDArray w, int r) {
    return call("singular_factors", w, r);
  }

  /**
   * The first r pivots D of W (out, in) = P L D U with partial pivoting, U's diagonal being one.
   *
   * @return (r, out + 1 + in): in each row a column of P L, the pivot, a row of U
   */
  public static NDArray triangularFactors(NDArray w, int r) {
    return call("triangular_factors", w, r);
  }

  /** How often each function was called in this process, by its name in the resource file. */
  public static Map<String, Long> calls() {
    Map<String, Long> counts = new TreeMap<>();
    CALLS.forEach((name, count) -> counts.put(name, count.sum()));
    return counts;
  }

  /** The archive of all functions, as {@code torch.jit.load} reads it. */
  public static byte[] archive() {
    return TorchModule.archive(SOURCE);
  }

  /** Runs a function of the resource files. */
  static NDArray call(String function, Object... arguments) {
    return MODULE.call(counted(function, arguments), function, arguments);
  }

  /** Runs a function that returns a list. */
  static NDArray[] callAll(String function, Object... arguments) {
    return MODULE.callAll(counted(function, arguments), function, arguments);
  }

  /** Counts a call and returns the manager that owns its results. */
  private static PtNDManager counted(String function, Object[] arguments) {
    CALLS.computeIfAbsent(function, name -> new LongAdder()).increment();
    Object first = arguments[0] instanceof NDArray[] list ? list[0] : arguments[0];
    return ((PtNDArray) first).getManager();
  }

  /** All functions, with the fastest kernels that this libtorch has. */
  static String source() {
    String rest = "\n" + text("functions.py") + "\n" + text("backward.py");
    String fast = text("product_onednn.py");
    boolean hasOneDnn = TorchModule.compiles(Torch.root(), fast, "mkldnn");
    return (hasOneDnn ? fast : text("product.py")) + rest;
  }

  private static String text(String resource) {
    try (InputStream in = TorchFunctions.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
