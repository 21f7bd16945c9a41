package io.github.compacter4j.model;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A bottleneck adapter's tensor, read off its name.
 *
 * @param site what the names of the place's own tensors begin with
 * @param side {@code down} or {@code up}
 * @param tensor the last part of the name, for instance {@code W_left}
 */
public record AdapterTensor(String site, String side, String tensor) {
  private static final Pattern NAME =
      Pattern.compile(
          "(?<site>.+?)(\\.adapter_controller\\.adapters\\.[^.]+|\\.adapter)"
              + "\\.(?<side>down|up)_sampler\\.(?<tensor>.+)");

  /** The name taken apart; empty where it is no adapter's. */
  public static Optional<AdapterTensor> of(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches()
        ? Optional.of(
            new AdapterTensor(
                matcher.group("site"), matcher.group("side"), matcher.group("tensor")))
        : Optional.empty();
  }
}
