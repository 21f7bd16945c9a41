package io.github.compacter4j.methods.own;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.compacter4j.torch.NamedRandom;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.Arrays;

/**
 * A fixed random projection of k numbers to D in O(L log L), L being the next power of two from D
 * on (Le, Sarlos and Smola, 2013; as the reference code scales it):
 *
 * <pre>
 *   F(v) = first D of  H G P H B v / sqrt(D sum(G^2))
 * </pre>
 *
 * <p>v is padded with zeros to L, or cut; B are random signs, P a permutation, G ~ N(0, 1), H the
 * unnormalised Walsh-Hadamard transform. The inner H of a vector that is zero from S on (S the next
 * power of two from k on) repeats its first S values, so B and P are kept for S places only.
 */
final class Fastfood {
  private final NDArray b; // (S) int8
  private final NDArray p; // (L) int32, below S
  private final NDArray g; // (L), divided by sqrt(D sum(G^2))
  private final int size;

  /**
   * From given draws.
   *
   * @param owner of the fixed tensors
   * @param size D
   * @param inputs k
   * @param signs at least S
   * @param permutation of 0..L-1
   * @param normal G, L of them
   */
  Fastfood(
      NDManager owner,
      DataType type,
      int size,
      int inputs,
      byte[] signs,
      int[] permutation,
      float[] normal) {
    this.size = size;
    int s = Math.min(powerOfTwo(inputs), normal.length);
    b = owner.create(Arrays.copyOf(signs, s), new Shape(s));
    p = owner.create(Arrays.stream(permutation).map(place -> place & (s - 1)).toArray());
    double sumOfSquares = 0;
    for (float value : normal) {
      sumOfSquares += (double) value * value;
    }
    try (NDArray drawn = owner.create(normal);
        NDArray typed = TorchFunctions.cast(drawn, type)) {
      g = TorchFunctions.scale(typed, 1 / Math.sqrt(size * sumOfSquares));
    }
  }

  /** Draws B, P and G from streams of (seed, name). */
  static Fastfood random(
      NDManager owner, DataType type, int size, int inputs, long seed, String name) {
    int length = powerOfTwo(size);
    return new Fastfood(
        owner,
        type,
        size,
        inputs,
        new NamedRandom(seed, name + "/B").signs(Math.min(powerOfTwo(inputs), length)),
        new NamedRandom(seed, name + "/P").permutation(length),
        new NamedRandom(seed, name + "/G").normal(length, 1));
  }

  private static int powerOfTwo(int atLeast) {
    return atLeast == 1 ? 1 : Integer.highestOneBit(atLeast - 1) << 1;
  }

  /** L. */
  long length() {
    return g.size();
  }

  /** F(v): (k) to (D). */
  NDArray apply(NDArray v) {
    return TorchFunctions.fastfood(v, b, p, g, size);
  }
}
