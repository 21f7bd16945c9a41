package io.github.compacter4j.parameters;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.AdapterTensor;
import io.github.compacter4j.model.Anatomy;
import io.github.compacter4j.model.Plan;
import io.github.compacter4j.model.Role;
import io.github.compacter4j.model.TensorSpec;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/** Counts what trains (paper, Table 1's columns). */
public final class ParameterCounter {
  /** What families call their norms. */
  private static final List<String> NORMS = List.of("layer_norm", "LayerNorm");

  /** What methods insert, by the first part of its name that is theirs. */
  private static final Pattern INSERTED =
      Pattern.compile(
          "(^|\\.)(?<kind>(prefix\\.|scalearn_|invertible_adapter\\.|adapter\\.(scaling|adapter_)|(s2)?lora_|vera_|randlora_|mask_"
              + "|ia3_l|lokr_|krona_|hada_|sft_|gate$|s$|vector_z).*)");

  private ParameterCounter() {}

  /**
   * Counts from the sizes alone, in milliseconds for any network.
   *
   * @throws io.github.compacter4j.UserException if the method is impossible for these sizes
   */
  public static ParameterCount count(Anatomy anatomy, Method method) {
    Map<String, Long> sizes = new TreeMap<>();
    plan(anatomy, method).trainable().forEach((name, shape) -> sizes.put(name, shape.size()));
    return count(method.resolve(anatomy), sizes, anatomy);
  }

  private static Plan plan(Anatomy anatomy, Method method) {
    return method.plan(anatomy, "task", 0);
  }

  /**
   * Counts a live model by the identity of its tensors, so that a shared one counts once; the head
   * is left out.
   */
  public static ParameterCount count(Adaptation adaptation, Method method) {
    Anatomy anatomy = adaptation.network().anatomy();
    Map<Parameter, Boolean> seen = new IdentityHashMap<>();
    Map<String, Long> sizes = new TreeMap<>();
    adaptation
        .trainable()
        .forEach(
            (name, parameter) -> {
              boolean isHead = adaptation.network().headTensors().containsKey(name);
              if (!isHead && seen.put(parameter, true) == null) {
                sizes.put(name, parameter.getArray().size());
              }
            });
    return count(method.resolve(anatomy), sizes, anatomy);
  }

  private static ParameterCount count(Method method, Map<String, Long> sizes, Anatomy anatomy) {
    Map<String, Shape> base = anatomy.shapes();
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
        method.spec().toString(),
        trainable,
        anatomy.parameters() + inserted,
        100.0 * trainable / anatomy.parameters(),
        groups);
  }

  /** The kind of a tensor: norms, what the model has once, parts of adapters, else backbone. */
  public static String kind(String name) {
    Optional<AdapterTensor> adapter = AdapterTensor.of(name);
    if (adapter.isPresent()) {
      String tensor = adapter.get().tensor();
      return "adapter." + adapter.get().side() + "." + tensor;
    }
    for (String norm : NORMS) {
      if (name.endsWith(norm + ".weight") || name.endsWith(norm + ".bias")) {
        return name.substring(name.lastIndexOf(norm));
      }
    }
    Matcher inserted = INSERTED.matcher(name);
    if (inserted.find()) {
      return inserted.group("kind");
    }
    if (name.indexOf('.') < 0 || name.equals("lm_head.bias")) {
      return name;
    }
    return name.endsWith(".bias") ? "linear.bias" : "backbone";
  }

  /**
   * A network with what each of several tasks needs, over the network alone (paper, Table 1). What
   * is inserted counts for each task. Of what trains of the network itself, the first task's copy
   * stands in for its own, so that each further task adds one; norms that train along do not count.
   */
  public static double totalRatio(Anatomy anatomy, Method method, int tasks) {
    long base = anatomy.parameters();
    long inserted = count(anatomy, method).total() - base;
    long copied = copied(anatomy, method);
    return (double) (base + tasks * inserted + (tasks - 1) * copied) / base;
  }

  /** What a method trains of the network itself: its norms only where all of it trains. */
  private static long copied(Anatomy anatomy, Method method) {
    Plan plan = plan(anatomy, method);
    Map<String, Shape> trained = plan.trainable();
    return anatomy.tensors().stream()
        .filter(tensor -> trained.containsKey(tensor.name()))
        .filter(tensor -> plan.trainsAll() || tensor.role() != Role.NORM)
        .map(TensorSpec::shape)
        .mapToLong(Shape::size)
        .sum();
  }

  /** Parameters of the network itself. */
  public static long baseSize(Anatomy anatomy) {
    return anatomy.parameters();
  }

  /** A table of methods: spec, trainable parameters, percent of the network's. */
  public static Table table(Anatomy anatomy, List<Method> methods) {
    StringColumn spec = StringColumn.create("method");
    LongColumn trainable = LongColumn.create("trainable");
    DoubleColumn percent = DoubleColumn.create("percent");
    trainable.setPrintFormatter(NumberColumnFormatter.intsWithGrouping());
    percent.setPrintFormatter(NumberColumnFormatter.fixedWithGrouping(4));
    for (Method method : methods) {
      ParameterCount count = count(anatomy, method);
      spec.append(count.spec());
      trainable.append(count.trainable());
      percent.append(count.percent());
    }
    return Table.create("Trained parameters", spec, trainable, percent);
  }
}
