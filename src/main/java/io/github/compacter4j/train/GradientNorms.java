package io.github.compacter4j.train;

import ai.djl.ndarray.NDScope;
import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.learner.Tokenized;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.Network;
import io.github.compacter4j.parameters.ParameterCounter;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.UpdateFunctions;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/**
 * How strongly the batch of a run's first step pulls at each tensor that trains, before clipping.
 *
 * @param loss of the batch, with dropout
 * @param tensors in the order of their names
 */
public record GradientNorms(double loss, List<Tensor> tensors) {

  /**
   * One tensor.
   *
   * @param name as in the adapter's file
   * @param kind as in {@link ParameterCounter#kind}
   * @param parameters its size
   * @param norm of its gradient, the root of the sum of squares
   */
  public record Tensor(String name, String kind, long parameters, double norm) {}

  /**
   * With the weights that the run starts with, in float32 and before any rule of the method's own;
   * nothing is trained or written.
   */
  public static GradientNorms atStart(RunPlan plan) {
    return of(plan, Optional.ofNullable(plan.start()).map(RunFolder::new));
  }

  /**
   * The batch of the first step with the best weights of a run.
   *
   * @throws io.github.compacter4j.UserException if the run has trained other tensors than the plan
   */
  public static GradientNorms after(RunPlan plan, RunFolder run) {
    return of(plan, Optional.of(run));
  }

  private static GradientNorms of(RunPlan plan, Optional<RunFolder> run) {
    Tokenized rows = plan.reader().rows(plan.loadData(), Split.TRAIN);
    try (Network network = plan.newNetwork();
        Adaptation adaptation = plan.method().applyTo(network, plan.task().name(), plan.seed());
        StepGradients gradients =
            new StepGradients(
                plan.learner(network), adaptation, rows, plan.protocol(), plan.seed())) {
      run.ifPresent(folder -> AdapterFile.read(folder.adapter(), adaptation.kept()));
      double loss = gradients.add(0).loss();
      return new GradientNorms(loss, tensors(adaptation));
    }
  }

  private static List<Tensor> tensors(Adaptation adaptation) {
    List<Tensor> tensors = new ArrayList<>();
    try (NDScope scope = new NDScope();
        GradientMode off = GradientMode.off()) {
      scope.suppressNotUsedWarning();
      adaptation
          .trainable()
          .forEach(
              (name, parameter) -> {
                double norm =
                    UpdateFunctions.gradientNorm(List.of(parameter.getArray())).getDouble();
                String kind = ParameterCounter.kind(name);
                tensors.add(new Tensor(name, kind, parameter.getArray().size(), norm));
              });
    }
    return tensors;
  }

  /**
   * The norm of all gradients as one long vector: what a run in float32 records for its first step,
   * where no rule of the method's own comes before.
   */
  public double joint() {
    return joint(tensors);
  }

  private static double joint(Collection<Tensor> tensors) {
    return Math.sqrt(tensors.stream().mapToDouble(tensor -> tensor.norm * tensor.norm).sum());
  }

  /** A row a tensor. */
  public Table table() {
    return table(
        "Gradients by tensor",
        StringColumn.create("tensor", tensors.stream().map(Tensor::name)),
        tensors.stream().map(List::of).toList());
  }

  /** A row a kind of tensor, whose norm is that of all its tensors as one long vector. */
  public Table byKind() {
    TreeMap<String, List<Tensor>> kinds =
        tensors.stream()
            .collect(Collectors.groupingBy(Tensor::kind, TreeMap::new, Collectors.toList()));
    return table(
        "Gradients by kind of tensor",
        StringColumn.create("kind", kinds.keySet()),
        List.copyOf(kinds.values()));
  }

  private static Table table(String title, StringColumn names, List<List<Tensor>> rows) {
    LongColumn parameters = LongColumn.create("parameters");
    DoubleColumn norm = DoubleColumn.create("norm");
    for (List<Tensor> row : rows) {
      parameters.append(row.stream().mapToLong(Tensor::parameters).sum());
      norm.append(joint(row));
    }
    parameters.setPrintFormatter(NumberColumnFormatter.intsWithGrouping());
    norm.setPrintFormatter(
        new NumberColumnFormatter(
            new DecimalFormat("0.00E0", DecimalFormatSymbols.getInstance(Locale.ROOT))));
    return Table.create(title, names, parameters, norm);
  }
}
