package io.github.compacter4j.sweep;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.learner.Family;
import io.github.compacter4j.methods.AtBudget;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.parameters.ParameterCounter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The methods of a sweep with the sizes that its budgets give them.
 *
 * @param groups those of each budget in their order, each method once; without budgets one group
 * @param leftOut those that are not run, and why
 */
record SizedMethods(List<List<MethodSpec>> groups, List<LeftOut> leftOut) {
  /** Whether norms train beside methods, as a user says it. */
  static final List<String> NORMS = List.of("all", "none");

  /**
   * Chooses the sizes for a model.
   *
   * @param methods specs, or {@code paper}, {@code all} or {@code every} for lists of them
   * @param beside specs of methods that are run as they are
   * @param budgets numbers of parameters, or methods whose numbers they are; without any, the
   *     methods keep their sizes
   * @param norms {@code all} or {@code none}; null for what each method does
   * @throws UserException (wrong usage) if the budgets leave no method
   */
  static SizedMethods of(
      String model, List<String> methods, List<String> beside, List<String> budgets, String norms) {
    List<MethodSpec> asked = specs(methods);
    if (norms != null) {
      asked = asked.stream().map(spec -> Methods.withNorms(spec, norms)).toList();
    }
    Set<MethodSpec> taken = new LinkedHashSet<>();
    List<MethodSpec> first = new ArrayList<>(specs(beside));
    taken.addAll(first);
    if (budgets.isEmpty()) {
      first.addAll(asked);
      return new SizedMethods(List.of(first), List.of());
    }
    Anatomy anatomy = Family.anatomy(model);
    List<List<MethodSpec>> groups = new ArrayList<>();
    List<LeftOut> leftOut = new ArrayList<>();
    List<MethodSpec> group = first;
    for (String budget : budgets) {
      long most = parameters(budget, anatomy);
      for (MethodSpec spec : asked) {
        AtBudget found = Methods.atBudget(spec, anatomy, most);
        String reason = reason(found);
        if (reason != null) {
          leftOut.add(new LeftOut(spec.toString(), most, reason));
        } else if (taken.add(found.spec())) {
          group.add(found.spec());
        }
      }
      groups.add(group);
      group = new ArrayList<>();
    }
    if (!leftOut.isEmpty() && groups.stream().allMatch(List::isEmpty)) {
      throw UserException.usage("no method is left to run; " + leftOut.get(0));
    }
    return new SizedMethods(groups, leftOut);
  }

  private static String reason(AtBudget found) {
    return found.error() == null && !found.warnings().isEmpty()
        ? String.join("; ", found.warnings()) + ": " + found.method().orElseThrow()
        : found.error();
  }

  private static List<MethodSpec> specs(List<String> entries) {
    return entries.stream().flatMap(entry -> Methods.named(entry).stream()).toList();
  }

  /** The number that a budget says, or what the method trains that it names. */
  private static long parameters(String budget, Anatomy anatomy) {
    return budget.matches("[0-9]{1,18}")
        ? Long.parseLong(budget)
        : ParameterCounter.count(anatomy, Methods.parse(budget)).trainable();
  }

  /**
   * Refuses what is neither a number nor a method.
   *
   * @throws UserException (wrong usage) naming it
   */
  static void requireBudget(String budget) {
    if (budget.matches("[-+.0-9].*") && !budget.matches("0*[1-9][0-9]{0,17}")) {
      throw UserException.usage(
          "expected a number of parameters from 1 up, or a method whose number it is, found "
              + budget);
    }
    if (!budget.matches("[0-9]+")) {
      Methods.parse(budget);
    }
  }

  /**
   * Refuses another word than those of {@link #NORMS}.
   *
   * @param norms null where nothing is said
   */
  static void requireNorms(String norms) {
    if (norms != null && !NORMS.contains(norms)) {
      throw Names.unknown("value of norms", norms, NORMS);
    }
  }
}
