package io.github.compacter4j.bench;

import io.github.compacter4j.bench.StepBenchmark.Cost;
import io.github.compacter4j.format.Columns;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.paper.Paper;
import io.github.compacter4j.paper.PaperEfficiency;
import io.github.compacter4j.train.RunPlan;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import tech.tablesaw.api.Table;

/**
 * The paper's efficiency protocol (section 4.4): every method trains on the same rows in a process
 * of its own; what counts are time and memory relative to full fine-tuning.
 */
public final class Efficiency {
  /** The paper's methods; PHM with the n and SAID with the dimensions of its measurement. */
  public static final List<String> METHODS =
      Paper.EFFICIENCY.rows().stream()
          .map(PaperEfficiency.Row::measured)
          .sorted(Comparator.comparingInt(Efficiency::place))
          .toList();

  private static final String FULL = "full";

  private Efficiency() {}

  private static int place(String spec) {
    return Methods.paper().stream()
        .map(Method::name)
        .toList()
        .indexOf(MethodSpec.parse(spec).name());
  }

  /**
   * Measures plans, a process each: their epochs over the training rows, without scores.
   *
   * @throws io.github.compacter4j.UserException if a process fails, with what it tells of that
   */
  public static List<Cost> measure(List<? extends RunPlan> plans) {
    return plans.stream().map(Efficiency::measure).toList();
  }

  /** Measures a plan in a process of its own. */
  public static Cost measure(RunPlan plan) {
    return ServiceLoader.load(OwnProcess.class, OwnProcess.class.getClassLoader())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no command line on the class path"))
        .cost(plan);
  }

  /**
   * Times and memory with ratios to full fine-tuning, wherever it stands, and the paper's ratios
   * with T5-base; without full fine-tuning our ratios are missing.
   */
  public static Table table(List<Cost> costs) {
    Optional<Cost> full = costs.stream().filter(cost -> cost.method().equals(FULL)).findFirst();
    return Table.create(
            "Cost of training%s: a single measurement each; memory is the highest resident size above the level with the model loaded. %s"
                .formatted(
                    full.isPresent() ? " beside full" : ", not relative to full, which was not run",
                    PaperEfficiency.LEGEND))
        .addColumns(
            Columns.text("method", costs, Cost::method),
            Columns.text("frozen", costs, Cost::precision),
            Columns.numbers("seconds", 1, costs, Cost::seconds),
            Columns.numbers("rows/s", 1, costs, Cost::examplesPerSecond),
            Columns.numbers("memory MB", 0, costs, c -> c.memoryBytes() / 1e6),
            Columns.numbers("time to full", 3, costs, ratio(full, Cost::seconds)),
            Columns.exact("paper's", costs, c -> printed(c, PaperEfficiency::timeRatio)),
            Columns.numbers("memory to full", 3, costs, ratio(full, Cost::memoryBytes)),
            Columns.exact("the paper's", costs, c -> printed(c, PaperEfficiency::memoryRatio)));
  }

  private static Function<Cost, Double> ratio(Optional<Cost> full, ToDoubleFunction<Cost> measure) {
    return cost ->
        full.map(f -> measure.applyAsDouble(cost) / measure.applyAsDouble(f)).orElse(null);
  }

  private interface Ratio {
    Number of(PaperEfficiency paper, PaperEfficiency.Row row);
  }

  private static Number printed(Cost cost, Ratio ratio) {
    Optional<PaperEfficiency.Row> row = Paper.EFFICIENCY.row(cost.method());
    return row.map(r -> ratio.of(Paper.EFFICIENCY, r)).orElse(null);
  }
}
