package io.github.compacter4j.methods.ranks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.ConstantInitializer;
import ai.djl.training.initializer.Initializer;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Start;
import io.github.compacter4j.model.TensorSpec;
import io.github.compacter4j.torch.RandomInitializer;
import io.github.compacter4j.torch.TorchFunctions;
import io.github.compacter4j.torch.UpdateFunctions;
import java.util.List;
import java.util.function.Supplier;

/**
 * What IncreLoRA adds to one matrix (out, in): r triplets, of which the first n are granted, the
 * next few in reserve, and all others zero; {@code D = alpha / (n + 1e-5) B diag(E) A}.
 */
final class GrowingTriplet {
  /** What the names of the numbers of granted triplets end in. */
  static final String COUNT = "ranknum";

  private static final RandomInitializer NORMAL = RandomInitializer.normal(0.02);
  private static final double RESERVED = 1e-5; // E of a triplet in reserve

  private final Sizes sizes;
  private final double alpha;
  private final Triplet triplet;
  private final Parameter granted; // (1): n
  private final Parameter agesOfA; // (r, 1)
  private final Parameter agesOfE; // (r, 1)
  private final Parameter agesOfB; // (1, r)
  private Supplier<NDArray> weight; // (out, in)

  /**
   * Numbers of triplets.
   *
   * @param first granted at the start
   * @param most granted in the end
   * @param reserved in reserve, granted together
   */
  record Sizes(int first, int most, int reserved) {}

  /** Inserts the triplets beside a matrix. */
  GrowingTriplet(Plan plan, TensorSpec matrix, Sizes sizes, double alpha, long seed) {
    this.sizes = sizes;
    this.alpha = alpha;
    int r = sizes.most + sizes.reserved;
    Parameter e = plan.tensor(matrix.sibling("lora_E"), new Shape(r, 1), Initializer.ZEROS);
    triplet =
        Triplet.insert(
            plan, matrix, r, e, name -> start(0, name, seed), name -> start(1, name, seed));
    granted =
        plan.kept(
            matrix.sibling(COUNT), new Shape(1), Start.of(new ConstantInitializer(sizes.first)));
    agesOfA = plan.ages(triplet.a(), new Shape(r, 1));
    agesOfE = plan.ages(e, new Shape(r, 1));
    agesOfB = plan.ages(triplet.b(), new Shape(1, r));
    plan.hook(
        (hooks, adaptation) -> {
          weight = () -> adaptation.network().weights().get(matrix.name());
          hooks.beside(matrix.name(), (pass, x) -> triplet.product(x, factors().flatten()));
        });
  }

  /** Those granted at the start are random, all others zero. */
  private Start start(int axis, String name, long seed) {
    return (base, owner, shape, type) -> {
      NDArray all = owner.zeros(shape, type);
      draw(all, part(axis, 0, sizes.first), seed, name);
      return all;
    };
  }

  private static void draw(NDArray all, NDIndex part, long seed, String stream) {
    try (NDArray old = all.get(part);
        NDArray drawn =
            NORMAL
                .of(seed, stream)
                .initialize(all.getManager(), old.getShape(), all.getDataType())) {
      all.set(part, drawn);
    }
  }

  /** Triplets from one place to another: rows (axis 0) or columns (axis 1). */
  private static NDIndex part(int axis, int from, int to) {
    return new NDIndex((axis == 0 ? "" : ":, ") + from + ":" + to);
  }

  /** {@code alpha / (n + 1e-5) E}: (r, 1). */
  private NDArray factors() {
    return TorchFunctions.scale(triplet.e().getArray().div(granted().add(1e-5)), alpha);
  }

  /** A, E and B. */
  Triplet triplet() {
    return triplet;
  }

  /** n (1). */
  NDArray granted() {
    return granted.getArray();
  }

  /** Whether n may grow. */
  boolean hasRoom(double n) {
    return n + sizes.reserved <= sizes.most;
  }

  // ------------------------------------------------------------------ in a step

  /** Lets the next backward pass give the matrix a gradient, which is that of D too. */
  void watch() {
    weight.get().setRequiresGradient(true);
  }

  /** {@code sum |D dL/dD| / sqrt(out in)}, a scalar; the watching ends. */
  NDArray importance() {
    NDArray w = weight.get();
    NDArray d = triplet.b().getArray().matMul(triplet.a().getArray().mul(factors())); // (out, in)
    NDArray gradient = w.getGradient().toType(d.getDataType(), false);
    NDArray sum = TorchFunctions.scale(d.mul(gradient).abs().sum(), 1 / Math.sqrt(d.size()));
    UpdateFunctions.zeroGradients(List.of(w));
    w.setRequiresGradient(false);
    return sum;
  }

  /** Takes its gradient from E where nothing is granted. */
  void holdReserve() {
    NDArray e = triplet.e().getArray();
    e.getGradient().muli(isGranted(e));
  }

  /** 1 where a triplet is granted, else 0: (r, 1). */
  private NDArray isGranted(NDArray e) {
    NDArray places = e.getManager().arange(0, e.size(), 1, e.getDataType());
    return places.lt(granted()).toType(e.getDataType(), false).reshape(e.getShape());
  }

  /** Grants the reserve behind n triplets and draws a new one. */
  void grow(int n, long seed, int step) {
    agesOfE.getArray().set(part(0, n, n + sizes.reserved), 0);
    granted().addi(sizes.reserved);
    reserve(n + sizes.reserved, seed, step);
  }

  /** Draws a reserve behind n triplets. */
  void reserve(int n, long seed, int step) {
    NDIndex rows = part(0, n, n + sizes.reserved);
    NDIndex columns = part(1, n, n + sizes.reserved);
    draw(triplet.a().getArray(), rows, seed, triplet.a().getName() + "/" + step);
    draw(triplet.b().getArray(), columns, seed, triplet.b().getName() + "/" + step);
    triplet.e().getArray().set(rows, RESERVED);
    agesOfA.getArray().set(rows, 0);
    agesOfB.getArray().set(columns, 0);
  }

  /** Lets the reserve be without effect for good. */
  void dropReserve() {
    NDArray e = triplet.e().getArray();
    e.muli(isGranted(e));
  }
}
