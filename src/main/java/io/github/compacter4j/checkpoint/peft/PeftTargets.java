package io.github.compacter4j.checkpoint.peft;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The modules of a model, of which {@code peft} chooses some by the ends of their names.
 *
 * @param modules names without a family's prefix, for instance {@code encoder.layer.0.output.dense}
 * @param naming adds the family's prefix
 */
record PeftTargets(Set<String> modules, UnaryOperator<String> naming) {

  /** The module of a tensor {@code module.weight} or {@code module.bias}. */
  static String module(String tensor) {
    return tensor.substring(0, tensor.lastIndexOf('.'));
  }

  /** The shortest ends that mean these modules and no other, sorted. */
  List<String> ends(Collection<String> chosen) {
    TreeSet<String> ends = new TreeSet<>();
    chosen.forEach(module -> ends.add(end(module, Set.copyOf(chosen))));
    return List.copyOf(ends);
  }

  private String end(String module, Set<String> chosen) {
    for (int dot = module.lastIndexOf('.'); dot >= 0; dot = module.lastIndexOf('.', dot - 1)) {
      String end = module.substring(dot); // with its dot
      if (modules.stream().filter(each -> each.endsWith(end)).allMatch(chosen::contains)) {
        return end.substring(1);
      }
    }
    return module;
  }
}
