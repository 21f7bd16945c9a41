package io.github.compacter4j.cli;

import io.github.compacter4j.parameters.ParameterCount;
import io.github.compacter4j.parameters.ParameterCounter;
import io.github.compacter4j.train.FineTuning;
import io.github.compacter4j.train.Protocol;
import io.github.compacter4j.train.RunListener;
import java.util.Locale;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on standard error, with the plan above it. */
final class ConsoleProgress implements RunListener {
  private ProgressBar bar;
  private String validation = "";

  @Override
  public void onStart(FineTuning plan, int totalSteps) {
    ParameterCount count = ParameterCounter.count(plan.model().config(), plan.method());
    Protocol p = plan.protocol();
    System.err.printf(
        Locale.ROOT,
        "%s on %s with %s: %,d of %,d parameters train (%.4f %%)%n",
        count.spec(),
        plan.task().name(),
        plan.model(),
        count.trainable(),
        count.total(),
        count.percent());
    System.err.printf(
        Locale.ROOT,
        "protocol %s: %,d steps of %d rows, peak learning rate %s, warm-up %d steps, seed %d, %s%n",
        p.name(),
        totalSteps,
        p.batchSize() * p.accumulation(),
        p.learningRate(),
        p.warmup(totalSteps),
        plan.seed(),
        plan.precision());
    if (p.warmup(totalSteps) >= totalSteps) {
      System.err.printf(
          "note: warm-up (%d steps) is not over when training ends (%d); --warmup shortens it%n",
          p.warmup(totalSteps), totalSteps);
    }
    bar =
        new ProgressBarBuilder()
            .setTaskName("training")
            .setInitialMax(totalSteps)
            .setUnit(" steps", 1)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(500)
            .build();
  }

  @Override
  public void onStep(int step, double loss, double examplesPerSecond) {
    bar.stepTo(step);
    bar.setExtraMessage(
        String.format(
            Locale.ROOT, "loss %.3f, %.0f examples/s%s", loss, examplesPerSecond, validation));
  }

  @Override
  public void onEvaluation(int step, Map<String, Double> metrics, boolean best) {
    StringBuilder text = new StringBuilder();
    metrics.forEach(
        (name, value) -> text.append(String.format(Locale.ROOT, ", %s %.2f", name, value)));
    validation = text.toString();
  }

  @Override
  public void onEnd() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
