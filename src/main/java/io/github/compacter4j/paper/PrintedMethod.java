package io.github.compacter4j.paper;

import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.t5.T5Config;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

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
    if (!printed.split("\\[")[0].equals(run.split("\\[")[0])) {
      return false;
    }
    try {
      return withoutFree(printed).equals(withoutFree(run));
    } catch (UserException impossible) {
      return false; // for T5-base, so it is none of the paper's
    }
  }

  private static Map<String, String> withoutFree(String spec) {
    Method resolved = Methods.parse(spec).resolve(T5Config.base());
    Map<String, String> options = new TreeMap<>(resolved.spec().options());
    options.keySet().removeAll(FREE);
    return options;
  }
}
