package io.github.compacter4j.paper;

import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.t5.T5Config;
import java.util.Set;

/** A method as the paper prints it. */
final class PrintedMethod {
  /** Options that the paper chose on validation, or that follow from the model's size. */
  private static final Set<String> FREE = Set.of("reduction", "layers");

  private PrintedMethod() {}

  /**
   * Whether a method that was run is one that the paper prints: equal but for the reduction factor,
   * which the paper chose on validation, and the dropped blocks, which follow from the model's
   * size.
   */
  static boolean isSame(String printed, String run) {
    try {
      MethodSpec asRun = MethodSpec.parse(run);
      MethodSpec asPrinted = MethodSpec.parse(printed);
      return asRun.name().equals(asPrinted.name())
          && withoutFree(asRun).equals(withoutFree(asPrinted));
    } catch (UserException impossible) {
      return false; // for T5-base, so it is none of the paper's
    }
  }

  private static MethodSpec withoutFree(MethodSpec spec) {
    MethodSpec left = Methods.of(spec).resolve(T5Config.base()).spec();
    for (String option : FREE) {
      left = left.without(option);
    }
    return left;
  }
}
