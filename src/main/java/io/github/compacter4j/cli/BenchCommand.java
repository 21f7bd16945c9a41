package io.github.compacter4j.cli;

import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.t5.T5Config;
import io.github.compacter4j.torch.Torch;
import io.github.compacter4j.train.FineTuning;
import io.github.compacter4j.train.LayerBenchmark;
import io.github.compacter4j.train.StepBenchmark;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Times training steps. */
@Command(
    name = "bench",
    description = "Time training steps of methods against full fine-tuning, on random weights.",
    mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      defaultValue = "t5-small",
      description = "A T5 size; default: ${DEFAULT-VALUE}.")
  String model;

  @Option(
      names = "--method",
      split = ";",
      defaultValue = "full;compacter++",
      description = "Methods, separated by semicolons; default: ${DEFAULT-VALUE}.")
  List<String> methods;

  @Option(
      names = "--batch-size",
      defaultValue = "32",
      description = "Rows of a step; default: ${DEFAULT-VALUE}.")
  int batchSize;

  @Option(
      names = "--length",
      defaultValue = "64",
      description = "Ids of a source; default: ${DEFAULT-VALUE}.")
  int length;

  @Option(
      names = "--steps",
      defaultValue = "10",
      description = "Steps measured of each; default: ${DEFAULT-VALUE}.")
  int steps;

  @Option(
      names = "--layers",
      description = "Time single adapters instead of steps, 768 to 24 to 768 on 4,096 tokens.")
  boolean layers;

  @Mixin MachineOptions machine;

  @Mixin Output output;

  @Override
  public Integer call() {
    machine.apply();
    if (layers) {
      Map<String, Double> times = LayerBenchmark.measure(steps);
      StringBuilder text = new StringBuilder("median milliseconds, forward and backward");
      times.forEach(
          (name, ms) -> text.append(String.format(Locale.ROOT, "%n%-36s %8.3f", name, ms)));
      output.print(times, text.toString());
      return 0;
    }
    T5Config config = T5Config.named(model);
    List<StepBenchmark.Times> all = new ArrayList<>();
    for (String spec : methods) {
      Method method = Methods.parse(spec);
      for (String precision : FineTuning.PRECISIONS) {
        if (precision.equals("bf16") && method.name().equals("full")) {
          continue; // nothing is frozen
        }
        all.add(StepBenchmark.measure(config, method, precision, batchSize, length, steps));
      }
    }
    output.print(all, text(all));
    return 0;
  }

  private String text(List<StepBenchmark.Times> all) {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%s, %d rows of %d ids, %d threads, median of %d steps in ms%n",
                model,
                batchSize,
                length,
                Torch.threads(),
                steps));
    text.append(
        String.format(
            "%-36s %-8s %8s %8s %8s %8s %8s %8s%n",
            "method", "frozen", "forward", "backward", "update", "rows/s", "backward", "step"));
    StepBenchmark.Times first = all.get(0);
    for (StepBenchmark.Times t : all) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-36s %-8s %8.1f %8.1f %8.1f %8.1f %7.2fx %7.2fx%n",
              t.method(),
              t.precision(),
              t.forward(),
              t.backward(),
              t.optimizer(),
              t.examplesPerSecond(),
              t.backward() / first.backward(),
              t.step() / first.step()));
    }
    return text.append("attention: ").append(first.attention()).toString();
  }
}
