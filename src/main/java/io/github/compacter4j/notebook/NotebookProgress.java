package io.github.compacter4j.notebook;

import io.github.compacter4j.run.RunListener;
import io.github.compacter4j.run.RunProgress;
import java.util.Map;

/**
 * What a run is and, below it, one line of progress that updates in place; one display a run, so
 * that several runs of a cell stay in their order.
 */
final class NotebookProgress implements RunListener {
  private String heading;
  private LiveLine line;
  private RunProgress progress;

  @Override
  public void onWarning(String warning) {
    System.out.println("note: " + warning);
  }

  @Override
  public void onStart(String plan, int totalSteps, int warmup) {
    heading = plan + "\n";
    progress = new RunProgress(totalSteps);
    line = LiveLine.open(heading);
  }

  @Override
  public void onStep(int step, double loss, double examplesPerSecond) {
    line.update(heading + progress.afterStep(step, loss, examplesPerSecond));
  }

  @Override
  public void onEvaluation(int step, Map<String, Double> metrics, boolean best) {
    line.update(heading + progress.afterEvaluation(step, metrics, best));
  }

  @Override
  public void onEnd() {
    if (line != null) {
      line.close();
      line = null;
    }
  }
}
