package io.github.compacter4j.notebook;

import io.github.compacter4j.train.FineTuning;
import io.github.compacter4j.train.RunListener;
import io.github.compacter4j.train.RunProgress;
import java.util.Map;

/** A run's progress as one line that updates in place. */
final class NotebookProgress implements RunListener {
  private LiveLine line;
  private RunProgress progress;

  @Override
  public void onWarning(String warning) {
    System.out.println("note: " + warning);
  }

  @Override
  public void onStart(FineTuning plan, int totalSteps) {
    System.out.println(plan.describe());
    progress = new RunProgress(totalSteps);
    line = LiveLine.open();
  }

  @Override
  public void onStep(int step, double loss, double examplesPerSecond) {
    line.update(progress.afterStep(step, loss, examplesPerSecond));
  }

  @Override
  public void onEvaluation(int step, Map<String, Double> metrics, boolean best) {
    line.update(progress.afterEvaluation(step, metrics, best));
  }

  @Override
  public void onEnd() {
    if (line != null) {
      line.close();
      line = null;
    }
  }
}
