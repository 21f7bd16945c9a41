package io.github.compacter4j.cli.display;

import io.github.compacter4j.run.RunListener;
import io.github.compacter4j.tasks.TaskData;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows on standard error how a run goes on: its plan, then in a terminal a progress bar,
 * elsewhere, as in a job's log, a line for each tenth of the steps and each evaluation.
 */
public final class ConsoleProgress implements RunListener {
  private static final int LINES = 10;

  private final boolean terminal = System.console() != null;
  private int total;
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
    total = totalSteps;
    if (terminal) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("training")
              .setInitialMax(totalSteps)
              .setUnit(" steps", 1)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(500)
              .build();
    }
  }

  @Override
  public void onStep(int step, double loss, double examplesPerSecond) {
    String now = String.format(Locale.ROOT, "loss %.3f, %.0f examples/s", loss, examplesPerSecond);
    if (bar != null) {
      bar.stepTo(step);
      bar.setExtraMessage(now + validation);
    } else if (step % Math.max(1, total / LINES) == 0) {
      line(step, now);
    }
  }

  private void line(int step, String text) {
    System.err.printf("step %d of %d: %s%n", step, total, text);
  }

  @Override
  public void onEvaluation(int step, Map<String, Double> metrics, boolean best) {
    String scores =
        metrics.entrySet().stream()
            .map(score -> String.format(Locale.ROOT, "%s %.2f", score.getKey(), score.getValue()))
            .collect(Collectors.joining(", "));
    validation = ", " + scores;
    if (bar == null) {
      line(step, "validation " + scores + (best ? " (the best so far)" : ""));
    }
  }

  @Override
  public void onEnd() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
