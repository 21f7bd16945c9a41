package io.github.compacter4j.run;

import io.github.compacter4j.tasks.TaskData;
import java.util.Map;

/**
 * Two listeners, told one after the other.
 *
 * @param first who hears it first
 * @param second who hears it then
 */
public record Listeners(RunListener first, RunListener second) implements RunListener {
  @Override
  public void onData(TaskData data) {
    first.onData(data);
    second.onData(data);
  }

  @Override
  public void onWarning(String warning) {
    first.onWarning(warning);
    second.onWarning(warning);
  }

  @Override
  public void onStart(String plan, int totalSteps, int warmup) {
    first.onStart(plan, totalSteps, warmup);
    second.onStart(plan, totalSteps, warmup);
  }

  @Override
  public void onStep(int step, double loss, double examplesPerSecond) {
    first.onStep(step, loss, examplesPerSecond);
    second.onStep(step, loss, examplesPerSecond);
  }

  @Override
  public void onEvaluation(int step, Map<String, Double> metrics, boolean best) {
    first.onEvaluation(step, metrics, best);
    second.onEvaluation(step, metrics, best);
  }

  @Override
  public void onEnd() {
    first.onEnd();
    second.onEnd();
  }
}
