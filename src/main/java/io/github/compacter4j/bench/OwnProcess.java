package io.github.compacter4j.bench;

import io.github.compacter4j.bench.StepBenchmark.Cost;
import io.github.compacter4j.train.RunPlan;

/** Measures in a process of its own, since memory is a process's; the command line provides it. */
public interface OwnProcess {
  /**
   * What the training of a plan takes by the paper's efficiency protocol.
   *
   * @throws io.github.compacter4j.UserException if the process fails, with what it tells of that
   */
  Cost cost(RunPlan plan);
}
