package io.github.compacter4j.bert;

import io.github.compacter4j.Names;
import java.util.Arrays;
import java.util.Locale;

/** How the hidden states of a text become one vector (d). */
public enum Pooling {
  /** The mean of all tokens' states. */
  MEAN,
  /** The first token's state through a dense layer and tanh, as transformers classifies. */
  CLS;

  /**
   * The pooling of this name, {@code mean} or {@code cls}.
   *
   * @throws io.github.compacter4j.UserException (wrong usage) for another name
   */
  public static Pooling named(String name) {
    return Arrays.stream(values())
        .filter(pooling -> pooling.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                Names.unknown(
                    "pooling", name, Arrays.stream(values()).map(Pooling::toString).toList()));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
