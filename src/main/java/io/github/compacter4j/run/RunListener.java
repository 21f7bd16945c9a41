package io.github.compacter4j.run;

import io.github.compacter4j.tasks.TaskData;
import java.util.Map;

/** Hears how a run goes on; called on the thread that trains. */
public interface RunListener {
  /** A listener that does nothing. */
  RunListener SILENT = new RunListener() {};

  /** Just before {@link #onStart}: which data was found. */
  default void onData(TaskData data) {}

  /**
   * In one line, before the first step or after the last: what the user should know before trusting
   * the result.
   */
  default void onWarning(String warning) {}

  /**
   * Before the first step.
   *
   * @param plan what will be done, in a few lines
   * @param totalSteps steps of the run, if patience does not end them
   * @param warmup how many of them grow the learning rate
   */
  default void onStart(String plan, int totalSteps, int warmup) {}

  /** After a step, counted from 1. */
  default void onStep(int step, double loss, double examplesPerSecond) {}

  /** After an evaluation on the validation rows; {@code best} if it is the best so far. */
  default void onEvaluation(int step, Map<String, Double> metrics, boolean best) {}

  /** At the end of what {@link #onStart} began, also after a failure. */
  default void onEnd() {}
}
