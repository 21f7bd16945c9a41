package io.github.compacter4j.parameters;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.Adaptation;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.t5.T5Tensors;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/** Counts what trains (paper, Table 1's columns). */
public final class ParameterCounter {
  private ParameterCounter() {}

  /**
   * Counts from the sizes alone, in milliseconds for any T5.
   *
   * @throws UserException if the method is impossible for these sizes
   */
  public static ParameterCount count(T5Config config, Method method) {
    Method resolved = method.resolve(config);
    Map<String, Shape> base = T5Tensors.shapes(config);
    Map<String, Long> sizes = new TreeMap<>();
    resolved.trainable(config, "task").forEach((name, shape) -> sizes.put(name, shape.size()));
    return count(resolved, sizes, base, baseSize(config));
  }

  /** Counts a live model by the identity of its tensors, so that a shared one counts once. */
  public static ParameterCount count(Adaptation adaptation, Method method) {
    T5Config config = adaptation.network().config();
    Map<Parameter, Boolean> seen = new IdentityHashMap<>();
    Map<String, Long> sizes = new TreeMap<>();
    adaptation
        .trainable()
        .forEach(
            (name, parameter) -> {
              if (seen.put(parameter, true) == null) {
                sizes.put(name, parameter.getArray().size());
              }
            });
    return count(method.resolve(config), sizes, T5Tensors.shapes(config), baseSize(config));
  }

  private static ParameterCount count(
      Method method, Map<String, Long> sizes, Map<String, Shape> base, long baseSize) {
    SortedMap<String, ParameterCount.Group> groups = new TreeMap<>();
    long trainable = 0;
    long inserted = 0;
    for (Map.Entry<String, Long> tensor : sizes.entrySet()) {
      trainable += tensor.getValue();
      inserted += base.containsKey(tensor.getKey()) ? 0 : tensor.getValue();
      ParameterCount.Group empty = new ParameterCount.Group(0, 0);
      String group = kind(tensor.getKey());
      groups.put(group, groups.getOrDefault(group, empty).plus(tensor.getValue()));
    }
    return new ParameterCount(
        method.name(),
        method.spec(),
        trainable,
        baseSize + inserted,
        100.0 * trainable / baseSize,
        groups);
  }

  /** The kind of a tensor: norms, what the model has once, parts of adapters, else backbone. */
  public static String kind(String name) {
    if (name.contains(".adapter_controller.")) {
      String side = name.contains(".down_sampler.") ? "down" : "up";
      return "adapter." + side + name.substring(name.lastIndexOf('.'));
    }
    if (T5Tensors.isNorm(name)) {
      return "layer_norm.weight";
    }
    if (name.indexOf('.') < 0 || name.equals("lm_head.bias")) {
      return name;
    }
    if (name.endsWith(".bias")) {
      return name.endsWith("layer_norm.bias") ? "layer_norm.bias" : "linear.bias";
    }
    return "backbone";
  }

  /**
   * T5 with what each of several tasks needs, over T5 alone (paper, Table 1). What is inserted
   * counts for each task. Of what trains of T5 itself, the first task's copy stands in for T5's
   * own, so that each further task adds one; norms that train along do not count.
   */
  public static double totalRatio(T5Config config, Method method, int tasks) {
    long base = baseSize(config);
    long inserted = count(config, method).total() - base;
    long copied = copied(config, method);
    return (double) (base + tasks * inserted + (tasks - 1) * copied) / base;
  }

  /** What a method trains of T5 itself: its norms only where all of it trains. */
  private static long copied(T5Config config, Method method) {
    Map<String, Shape> own = new TreeMap<>(method.resolve(config).trainable(config, "task"));
    own.keySet().retainAll(T5Tensors.shapes(config).keySet());
    boolean whole = own.size() == T5Tensors.shapes(config).size();
    return own.entrySet().stream()
        .filter(tensor -> whole || !T5Tensors.isNorm(tensor.getKey()))
        .mapToLong(tensor -> tensor.getValue().size())
        .sum();
  }

  /** Parameters of T5 itself. */
  public static long baseSize(T5Config config) {
    return T5Tensors.shapes(config).values().stream().mapToLong(Shape::size).sum();
  }

  /** A table of methods: spec, trainable parameters, percent of T5's. */
  public static Table table(T5Config config, List<Method> methods) {
    StringColumn spec = StringColumn.create("method");
    LongColumn trainable = LongColumn.create("trainable");
    DoubleColumn percent = DoubleColumn.create("percent");
    trainable.setPrintFormatter(NumberColumnFormatter.intsWithGrouping());
    percent.setPrintFormatter(NumberColumnFormatter.fixedWithGrouping(4));
    for (Method method : methods) {
      ParameterCount count = count(config, method);
      spec.append(count.spec());
      trainable.append(count.trainable());
      percent.append(count.percent());
    }
    return Table.create("Trained parameters", spec, trainable, percent);
  }
}
