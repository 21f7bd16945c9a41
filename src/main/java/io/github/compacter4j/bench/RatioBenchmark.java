package io.github.compacter4j.bench;

import ai.djl.ndarray.NDManager;
import io.github.compacter4j.learner.Learner;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.model.Network;
import io.github.compacter4j.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Compares the steps of methods with those of one, taken in turn in one process by the processor's
 * time, which other work on the machine changes little.
 */
public final class RatioBenchmark {
  private static final int WARM_UP = 2;

  private final RandomModel model;
  private final int rows;
  private final int length;
  private final int steps;

  /** Steps of {@code rows} rows of {@code length} ids, all random, with a model's sizes. */
  public RatioBenchmark(RandomModel model, int rows, int length, int steps) {
    this.model = model;
    this.rows = rows;
    this.length = length;
    this.steps = steps;
  }

  /**
   * What a step of a method takes.
   *
   * @param method its canonical form
   * @param milliseconds of all cores, median of the steps
   * @param ratio to a step of the other method just before, median of the steps
   */
  public record Ratio(String method, double milliseconds, double ratio) {}

  /** The ratios of methods that are possible for the model to one of them. */
  public List<Ratio> of(Method other, List<Method> methods) {
    Learner first = model.newLearner();
    Learner second = model.newLearner();
    try (Network one = first.network();
        Network two = second.network();
        NDManager manager = Torch.newManager();
        BenchmarkSteps base = steps(first, other, manager)) {
      List<Ratio> ratios = new ArrayList<>();
      for (Method method : methods) {
        try (BenchmarkSteps compared = steps(second, method, manager)) {
          ratios.add(compare(method, base, compared));
        }
      }
      return ratios;
    }
  }

  private BenchmarkSteps steps(Learner learner, Method method, NDManager manager) {
    return new BenchmarkSteps(
        learner,
        learner.dropout(),
        method.resolve(model.sizes()),
        "float32",
        step -> model.batch(manager, rows, length, step),
        steps + WARM_UP);
  }

  private Ratio compare(Method method, BenchmarkSteps base, BenchmarkSteps compared) {
    double[] ratios = new double[steps];
    double[] times = new double[steps];
    for (int step = 0; step < steps + WARM_UP; step++) {
      double before = seconds(base, step);
      double now = seconds(compared, step);
      if (step >= WARM_UP) {
        ratios[step - WARM_UP] = now / before;
        times[step - WARM_UP] = 1e3 * now;
      }
    }
    return new Ratio(
        method.spec().toString(), StepBenchmark.median(times), StepBenchmark.median(ratios));
  }

  private static double seconds(BenchmarkSteps steps, int step) {
    double start = DataBenchmark.cpuSeconds();
    steps.take(step, new double[3]);
    return DataBenchmark.cpuSeconds() - start;
  }

  /** A line for each, the dearest first. */
  public static String text(Method other, List<Ratio> ratios) {
    List<Ratio> sorted = new ArrayList<>(ratios);
    sorted.sort((a, b) -> Double.compare(b.ratio(), a.ratio()));
    StringBuilder text = new StringBuilder("%8s %8s  method".formatted("CPU ms", "ratio"));
    sorted.forEach(
        ratio ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "%n%8.1f %7.2fx  %s",
                    ratio.milliseconds(),
                    ratio.ratio(),
                    ratio.method())));
    return text.append("%nratios to %s".formatted(other)).toString();
  }
}
