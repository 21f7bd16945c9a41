package io.github.compacter4j.notebook;

import io.github.compacter4j.Names;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How much a chapter computes. */
public enum Scale {
  /** Minutes on two cores. */
  QUICK,
  /** Hours on a laptop's processor. */
  LAPTOP,
  /** Days on one GPU: the paper's own. */
  PAPER;

  /**
   * The scale of this name, for instance {@code laptop}.
   *
   * @throws io.github.compacter4j.UserException (wrong usage) for any other
   */
  public static Scale named(String name) {
    List<String> names = Arrays.stream(values()).map(Scale::toString).toList();
    int index = names.indexOf(name);
    if (index < 0) {
      throw Names.unknown("scale", name, names);
    }
    return values()[index];
  }

  /** The value that belongs to this scale. */
  public <T> T choose(T quick, T laptop, T paper) {
    return switch (this) {
      case QUICK -> quick;
      case LAPTOP -> laptop;
      case PAPER -> paper;
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
