package io.github.compacter4j.methods.ranks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.StepRule;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * IncreLoRA's growth: the matrices whose changes matter most are granted what they have in reserve
 * and get a new reserve, until all have the target.
 *
 * <p>What matters is the running mean of {@link GrowingTriplet#importance} times that of its
 * distance from the mean, both of gradients before clipping. All is chosen behind the update, which
 * comes to the same as before it, where the authors' code does: what is new has no gradient yet.
 */
final class RankGrowth implements StepRule {
  private static final double BETA = 0.85; // of both running means

  private final List<GrowingTriplet> triplets;
  private final int target;
  private final Times times;
  private final long seed;
  private final Parameter mean; // (matrices)
  private final Parameter spread; // (matrices)

  /**
   * When to grow.
   *
   * @param warmup steps before
   * @param interval steps between
   * @param top matrices that grow together, more where scores are equal
   */
  record Times(int warmup, int interval, int top) {}

  /**
   * A rule over the triplets of all matrices.
   *
   * @param target granted triplets in the end, of all matrices together
   */
  RankGrowth(Plan plan, List<GrowingTriplet> triplets, int target, Times times, long seed) {
    this.triplets = triplets;
    this.target = target;
    this.times = times;
    this.seed = seed;
    mean = plan.state("increlora_mean", new Shape(triplets.size()));
    spread = plan.state("increlora_spread", new Shape(triplets.size()));
  }

  @Override
  public void beforeForward(Step step) {
    without(
        () -> {
          if (grows(granted())) {
            triplets.forEach(GrowingTriplet::watch);
          }
        });
  }

  @Override
  public void afterBackward(Step step) {
    without(
        () -> {
          if (grows(granted())) {
            observe();
          }
          triplets.forEach(GrowingTriplet::holdReserve);
        });
  }

  @Override
  public void afterUpdate(Step step) {
    int t = step.number();
    without(
        () -> {
          double[] granted = granted();
          if (t == 0) {
            for (int i = 0; i < granted.length; i++) {
              triplets.get(i).reserve((int) granted[i], seed, t);
            }
          }
          if (grows(granted) && t > times.warmup && t % times.interval == 0) {
            grow(granted, t);
          }
        });
  }

  /** How many triplets each matrix has. */
  private double[] granted() {
    return doubles(
        NDArrays.concat(new NDList(triplets.stream().map(GrowingTriplet::granted).toList())));
  }

  private boolean grows(double[] granted) {
    return left(granted) > 0;
  }

  private double left(double[] granted) {
    return target - Arrays.stream(granted).sum();
  }

  private void observe() {
    NDArray now = // (matrices)
        NDArrays.stack(new NDList(triplets.stream().map(GrowingTriplet::importance).toList()));
    move(mean.getArray(), now);
    move(spread.getArray(), now.sub(mean.getArray()).abs());
  }

  private static void move(NDArray mean, NDArray now) {
    NDArray moved = TorchFunctions.scale(mean, BETA).add(TorchFunctions.scale(now, 1 - BETA));
    TorchFunctions.copy(moved, mean);
  }

  /** Lets the matrices of the highest scores grow, of those that have room. */
  private void grow(double[] granted, int t) {
    double[] scores = doubles(mean.getArray().mul(spread.getArray()));
    int[] open =
        IntStream.range(0, scores.length)
            .filter(i -> triplets.get(i).hasRoom(granted[i]))
            .toArray();
    double[] sorted = Arrays.stream(open).mapToDouble(i -> scores[i]).sorted().toArray();
    int top = (int) Math.min(Math.min(times.top, left(granted)), open.length);
    double threshold = top == 0 ? Double.POSITIVE_INFINITY : sorted[open.length - top];
    for (int i : open) {
      if (scores[i] >= threshold) {
        triplets.get(i).grow((int) granted[i], seed, t);
      }
    }
    if (left(granted()) == 0) { // where it is passed, the authors keep the reserves
      triplets.forEach(GrowingTriplet::dropReserve);
    }
  }

  private static double[] doubles(NDArray array) {
    return TorchFunctions.cast(array, DataType.FLOAT64).toDoubleArray();
  }

  private static void without(Runnable gradients) {
    try (NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      gradients.run();
    }
  }
}
