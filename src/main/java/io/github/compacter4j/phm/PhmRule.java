package io.github.compacter4j.phm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.compacter4j.torch.RandomInitializer;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.List;
import java.util.function.Function;

/**
 * The slow weights A (n, n, n): the multiplication rule of a hypercomplex algebra, learned.
 *
 * <p>One rule may serve one layer (PHM) or all layers of a model (Compacter); its gradient is then
 * the sum over all uses. Quaternions are one value of A for n = 4.
 */
public final class PhmRule {
  private final int n;
  private final List<Parameter> parameters;

  private PhmRule(int n, List<Parameter> parameters) {
    this.n = n;
    this.parameters = parameters;
  }

  /** A rule of n matrices (n, n), its tensor named {@code prefix + "phm_rule"}. */
  public static PhmRule full(int n, RandomInitializer initializer, long seed, String prefix) {
    String name = prefix + "phm_rule";
    return new PhmRule(n, List.of(initializer.tensor(name, new Shape(n, n, n), seed)));
  }

  /** A rule of n rank-one matrices: {@code A_i = left_i right_i}, (n, n, 1) and (n, 1, n). */
  public static PhmRule factorised(int n, RandomInitializer initializer, long seed, String prefix) {
    Shape left = new Shape(n, n, 1);
    Shape right = new Shape(n, 1, n);
    return new PhmRule(
        n,
        List.of(
            initializer.tensor(prefix + "phm_rule_left", left, seed),
            initializer.tensor(prefix + "phm_rule_right", right, seed)));
  }

  /** A rule of given values (n, n, n), its tensor named {@code prefix + "phm_rule"}. */
  public static PhmRule of(NDArray a, String prefix) {
    Parameter parameter =
        Parameter.builder().setName(prefix + "phm_rule").setType(Parameter.Type.OTHER).build();
    parameter.setArray(a);
    return new PhmRule(Math.toIntExact(a.getShape().get(0)), List.of(parameter));
  }

  /** The number n of matrices, and their size. */
  public int n() {
    return n;
  }

  /** The tensors of the rule: one, or left and right. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** A (n, n, n), with each tensor's value from {@code values}. */
  NDArray value(Function<Parameter, NDArray> values) {
    NDArray first = values.apply(parameters.get(0));
    return parameters.size() == 1
        ? first
        : TorchFunctions.factorProduct(first, values.apply(parameters.get(1)));
  }
}
