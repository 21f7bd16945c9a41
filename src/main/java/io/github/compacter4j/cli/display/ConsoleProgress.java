package io.github.compacter4j.cli.display;

import io.github.compacter4j.run.RunListener;
import io.github.compacter4j.tasks.TaskData;
import java.util.Locale;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on standard error, with the plan above it. */
public final class ConsoleProgress implements RunListener {
  private ProgressBar bar;
  private String validation = "";

  @Override
  public void onData(TaskData data) {
    System.err.println(data);
  }

  @Override
  public void onWarning(String warning) {
    System.err.println("note: " + warning);
  }

  @Override
  public void onStart(String plan, int totalSteps, int warmup) {
    System.err.println(plan);
    System.err.printf("%d steps, %d of them warm-up%n", totalSteps, warmup);
    if (warmup >= totalSteps) {
      System.err.println("note: the warm-up is not over when training ends; --warmup shortens it");
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
