package io.github.compacter4j.methods.ranks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.compacter4j.UserException;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.StepRule;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.TorchFunctions;
import io.github.compacter4j.torch.UpdateFunctions;
import java.util.Arrays;
import java.util.List;

/**
 * AdaLoRA's shrinking budget of triplets, shared by all matrices: the least important ones have
 * their factor set to zero (section 3.2 and equations 8 to 12).
 *
 * <p>A masked factor has a gradient still and may come back until the budget is final. Once all
 * scores are zero, as at first, all are masked, which is harmless; so it is in the authors' code.
 */
final class RankBudget implements StepRule {
  private static final double BETA = 0.85; // of both running means

  private final Times times;
  private final int first;
  private final int last;
  private final List<Parameter> tensors; // A, E, B of each matrix in turn
  private final List<Parameter> means;
  private final List<Parameter> spreads;
  private final Parameter mask; // (triplets): 1 for those that count

  /**
   * When to mask.
   *
   * @param first steps with the whole budget
   * @param last steps with the final one
   * @param between one masking and the next
   */
  record Times(int first, int last, int between) {}

  /** A rule over these triplets, {@code rank} of each matrix at first, {@code target} at last. */
  RankBudget(Plan plan, List<Triplet> triplets, int rank, int target, Times times) {
    this.times = times;
    first = rank * triplets.size();
    last = target * triplets.size();
    tensors = triplets.stream().flatMap(triplet -> triplet.tensors().stream()).toList();
    means = tensors.stream().map(tensor -> state(plan, tensor, ".sensitivity")).toList();
    spreads = tensors.stream().map(tensor -> state(plan, tensor, ".uncertainty")).toList();
    mask = plan.state("adalora_mask", new Shape(first));
  }

  private static Parameter state(Plan plan, Parameter tensor, String end) {
    return plan.state(tensor.getName() + end, tensor.getShape());
  }

  @Override
  public void beforeForward(Step step) {
    if (times.first >= end(step)) {
      throw UserException.usage(
          "method adalora: tinit=%d and tfinal=%d leave none of %d steps to shrink in; at most %d together"
              .formatted(times.first, times.last, step.total(), step.total() - 1));
    }
  }

  private int end(Step step) {
    return step.total() - times.last;
  }

  @Override
  public void afterUpdate(Step step) {
    int t = step.number();
    int end = end(step);
    try (NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      if (t < end) {
        UpdateFunctions.sensitivity(arrays(tensors), arrays(means), arrays(spreads), BETA, BETA);
      }
      if (t == end || t > times.first && t < end && t % times.between == 0) {
        choose(budget(t, end));
      }
      if (t >= end || t > times.first && t % times.between == 0) {
        apply();
      }
    }
  }

  /** Triplets at step t: cubic between the first and the last budget (equation 12). */
  private int budget(int t, int end) {
    double left = 1 - (double) (t - times.first) / (end - times.first);
    return (int) (last + (first - last) * (left * left * left));
  }

  /** Masks as many triplets as are over the budget, and all that score no higher. */
  private void choose(int budget) {
    NDArray scores = UpdateFunctions.tripletScores(arrays(means), arrays(spreads)); // (triplets)
    double[] sorted = TorchFunctions.cast(scores, DataType.FLOAT64).toDoubleArray();
    Arrays.sort(sorted);
    int over = first - budget;
    double threshold = over == 0 ? -1 : sorted[over - 1]; // scores are not negative
    TorchFunctions.copy(scores.gt(threshold).toType(scores.getDataType(), false), mask.getArray());
  }

  private void apply() {
    int place = 0;
    for (int i = 1; i < tensors.size(); i += 3) {
      NDArray e = tensors.get(i).getArray(); // (r, 1)
      int next = place + (int) e.size();
      e.muli(mask.getArray().get(place + ":" + next).reshape(e.getShape()));
      place = next;
    }
  }

  private static List<NDArray> arrays(List<Parameter> parameters) {
    return parameters.stream().map(Parameter::getArray).toList();
  }
}
