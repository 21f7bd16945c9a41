package io.github.compacter4j.phm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.compacter4j.UserException;
import io.github.compacter4j.torch.RandomInitializer;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.List;
import java.util.function.Function;

/**
 * A linear layer whose weight is a sum of n Kronecker products (Zhang et al., 2021; the Compacter
 * paper, arXiv 2106.04647, section on PHM and LPHM layers).
 *
 * <pre>
 *   y = x H + b        H = sum_i A_i (x) B_i        A_i (n, n)   B_i (in/n, out/n)
 *   low rank:          B_i = s_i t_i                s_i (in/n, r)   t_i (r, out/n)
 * </pre>
 *
 * <p>H has in * out entries; the layer stores n^3 (shared by many layers) + in * out / n, and in
 * the low-rank form n^3 + r (in + out). A DJL block: x (..., in) -> (..., out).
 */
public final class PhmLinear extends AbstractBlock {
  private final int in;
  private final int out;
  private final PhmRule rule;
  private final Parameter b; // B (n, in/n, out/n), or s (n, in/n, r)
  private final Parameter t; // (n, r, out/n), or null where B is full
  private final Parameter bias; // (out), or null

  private PhmLinear(Builder builder) {
    super((byte) 1);
    in = builder.in;
    out = builder.out;
    rule = builder.rule;
    int n = rule.n();
    requireDivisible("in", in, n);
    requireDivisible("out", out, n);
    rule.parameters().forEach(this::addParameter);
    List<Parameter> matrices = builder.matrices; // B, or s and t
    if (matrices == null) {
      RandomInitializer initializer = builder.initializer;
      String name = builder.prefix + "W";
      matrices = matrices(n, in, out, builder.rank, initializer, builder.seed, name);
    }
    matrices.forEach(this::addParameter);
    b = matrices.get(0);
    t = matrices.size() == 1 ? null : matrices.get(1);
    Parameter zero =
        RandomInitializer.uniform(0).tensor(builder.prefix + "b", new Shape(out), builder.seed);
    bias = builder.bias ? addParameter(zero) : null;
  }

  private static void requireDivisible(String what, int size, int n) {
    if (size % n != 0) {
      throw UserException.usage(
          "a PHM layer with n=" + n + " needs " + what + " divisible by n, found " + size);
    }
  }

  /** B, its tensor called {@code name}, or for a rank above 0 s and t, which several may share. */
  public static List<Parameter> matrices(
      int n, int in, int out, int rank, RandomInitializer initializer, long seed, String name) {
    if (rank == 0) {
      return List.of(initializer.tensor(name, new Shape(n, in / n, out / n), seed));
    }
    return List.of(
        initializer.tensor(name + "_left", new Shape(n, in / n, rank), seed),
        initializer.tensor(name + "_right", new Shape(n, rank, out / n), seed));
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore parameterStore,
      NDList inputs,
      boolean training,
      PairList<String, Object> parameters) {
    NDArray x = inputs.singletonOrThrow(); // (..., in)
    Function<Parameter, NDArray> value =
        parameter -> parameterStore.getValue(parameter, x.getDevice(), training);
    NDArray a = rule.value(value); // (n, n, n)
    NDArray c = bias == null ? null : value.apply(bias); // (out)
    return new NDList( // (..., out)
        t == null
            ? TorchFunctions.phm(x, a, value.apply(b), c)
            : TorchFunctions.lowRankPhm(x, a, value.apply(b), value.apply(t), c));
  }

  /** The dense weight H (in, out) that the layer multiplies by. */
  public NDArray dense() {
    NDArray first = b.getArray();
    NDArray full = t == null ? first : TorchFunctions.factorProduct(first, t.getArray());
    return TorchFunctions.kroneckerSum(rule.value(Parameter::getArray), full);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape input = inputShapes[0];
    int last = input.dimension() - 1;
    if (input.get(last) != in) {
      throw new IllegalArgumentException("expected inputs (..., " + in + "), found " + input);
    }
    return new Shape[] {input.slice(0, last).add(out)};
  }

  /** A builder; {@code in}, {@code out} and the rule are required. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects what a layer needs. */
  public static final class Builder {
    private int in;
    private int out;
    private PhmRule rule;
    private int rank;
    private List<Parameter> matrices;
    private boolean bias = true;
    private RandomInitializer initializer = RandomInitializer.glorotUniform();
    private String prefix = "";
    private long seed;

    /** Widths of input and output, both divisible by the rule's n. */
    public Builder setUnits(int in, int out) {
      this.in = in;
      this.out = out;
      return this;
    }

    /** The matrices A, of this layer alone or shared. */
    public Builder setRule(PhmRule rule) {
      this.rule = rule;
      return this;
    }

    /** Rank r of each B_i; 0, the default, stores B_i in full. */
    public Builder optRank(int rank) {
      this.rank = rank;
      return this;
    }

    /** B, or s and t, made by {@link #matrices} and shared with other layers of these sizes. */
    public Builder optMatrices(List<Parameter> matrices) {
      this.matrices = matrices;
      return this;
    }

    /** Whether a bias is added; the default is true. */
    public Builder optBias(boolean bias) {
      this.bias = bias;
      return this;
    }

    /** Where B, or s and t, start; the default is Glorot-uniform with gain sqrt(2). */
    public Builder optInitializer(RandomInitializer initializer) {
      this.initializer = initializer;
      return this;
    }

    /** Seed and name of the layer: each tensor draws the random stream of (seed, prefix + name). */
    public Builder optName(String prefix, long seed) {
      this.prefix = prefix;
      this.seed = seed;
      return this;
    }

    /** The layer. */
    public PhmLinear build() {
      return new PhmLinear(this);
    }
  }
}
