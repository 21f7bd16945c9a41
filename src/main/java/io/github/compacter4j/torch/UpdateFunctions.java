package io.github.compacter4j.torch;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * What happens to tensors between two passes: gradients are measured, scaled and zeroed, tensors
 * updated in place.
 */
public final class UpdateFunctions {
  private UpdateFunctions() {}

  /** Euclidean norm over all gradients of the parameters, a float64 scalar. */
  public static NDArray gradientNorm(List<NDArray> parameters) {
    return TorchFunctions.call("gradient_norm", (Object) array(parameters));
  }

  /** Multiplies the gradients of the parameters in place. */
  public static void scaleGradients(List<NDArray> parameters, double scale) {
    TorchFunctions.call("scale_gradients", array(parameters), scale).close();
  }

  /** Sets the gradients of the parameters to zero in place. */
  public static void zeroGradients(List<NDArray> parameters) {
    TorchFunctions.call("zero_gradients", (Object) array(parameters)).close();
  }

  /**
   * One step of AdamW in place with the gradients at hand.
   *
   * @param step float32 scalar, how many steps these parameters take with this one
   */
  public static void adamW(
      List<NDArray> parameters,
      List<NDArray> m,
      List<NDArray> v,
      NDArray step,
      double learningRate,
      double beta1,
      double beta2,
      double eps,
      double weightDecay) {
    TorchFunctions.call(
            "adamw",
            array(parameters),
            array(m),
            array(v),
            step,
            learningRate,
            beta1,
            beta2,
            eps,
            weightDecay)
        .close();
  }

  /**
   * One step of AdamW in place of one parameter whose entries count their steps each.
   *
   * @param age how many steps each entry takes with this one, in a shape that stretches to the
   *     parameter's
   */
  public static void adamWByAge(
      NDArray parameter,
      NDArray m,
      NDArray v,
      NDArray age,
      double learningRate,
      double beta1,
      double beta2,
      double eps,
      double weightDecay) {
    TorchFunctions.call(
            "adamw_by_age", parameter, m, v, age, learningRate, beta1, beta2, eps, weightDecay)
        .close();
  }

  /**
   * Moves running means in place: {@code mean} of |p dL/dp| of each entry, {@code spread} of its
   * distance from that mean; lists of equal length and shapes.
   */
  public static void sensitivity(
      List<NDArray> parameters,
      List<NDArray> mean,
      List<NDArray> spread,
      double beta1,
      double beta2) {
    TorchFunctions.call("sensitivity", array(parameters), array(mean), array(spread), beta1, beta2)
        .close();
  }

  /**
   * The scores of triplets of a row of A, an entry of E and a column of B: the sum of their means
   * of mean times spread.
   *
   * @param mean of A (r, in), E (r, 1), B (out, r), and so on
   * @param spread of those
   * @return all r of the first three, and so on
   */
  public static NDArray tripletScores(List<NDArray> mean, List<NDArray> spread) {
    return TorchFunctions.call("triplet_scores", array(mean), array(spread));
  }

  /** Moves each entry towards zero by a step, in place; what is then nearer than that is zero. */
  public static void shrink(List<NDArray> parameters, double by) {
    TorchFunctions.call("shrink", array(parameters), by).close();
  }

  private static NDArray[] array(List<NDArray> list) {
    return list.toArray(new NDArray[0]);
  }
}
