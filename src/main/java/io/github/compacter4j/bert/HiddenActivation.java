package io.github.compacter4j.bert;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import io.github.compacter4j.UserException;
import io.github.compacter4j.torch.TorchFunctions;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The function between the two matrices of a feed-forward layer. */
public enum HiddenActivation {
  /** {@code x Phi(x)}, by the error function. */
  GELU(Activation::gelu),
  /** Its approximation by tanh. */
  GELU_NEW(TorchFunctions::geluTanh),
  /** {@code max(x, 0)}. */
  RELU(Activation::relu);

  private final UnaryOperator<NDArray> function;

  HiddenActivation(UnaryOperator<NDArray> function) {
    this.function = function;
  }

  NDArray apply(NDArray x) {
    return function.apply(x);
  }

  /** The function that {@code hidden_act} names; {@code where} says in which file. */
  static HiddenActivation named(String name, String where) {
    return Arrays.stream(values())
        .filter(activation -> activation.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    where
                        + ": hidden_act is '"
                        + name
                        + "', expected one of "
                        + Arrays.stream(values())
                            .map(HiddenActivation::toString)
                            .collect(Collectors.joining(", "))));
  }

  /** The name in {@code config.json}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
