package io.github.compacter4j.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import io.github.compacter4j.learner.Batch;
import io.github.compacter4j.learner.Learner;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.Dropout;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Tape;
import io.github.compacter4j.train.AdamW;
import io.github.compacter4j.train.StepGradients;
import io.github.compacter4j.train.TrainingStep;
import java.util.Map;
import java.util.function.IntFunction;

/** Steps of a method as a run takes them, rules and penalties included, and what they take. */
final class BenchmarkSteps implements AutoCloseable {
  private static final double RATE = 1e-4;

  private final Learner learner;
  private final Dropout dropout;
  private final IntFunction<Batch> batches;
  private final Adaptation adaptation;
  private final AdamW optimizer;
  private final TrainingStep training;

  /**
   * Steps of a method that is put into the learner's network until they are closed.
   *
   * @param batches those of a step, from 0
   * @param total how many steps there will be
   */
  BenchmarkSteps(
      Learner learner,
      Dropout dropout,
      Method method,
      String precision,
      IntFunction<Batch> batches,
      int total) {
    this.learner = learner;
    this.dropout = dropout;
    this.batches = batches;
    adaptation = method.applyTo(learner.network(), "bench", 1);
    optimizer = new AdamW(adaptation, 1, 0, Map.of());
    training = new TrainingStep(adaptation, optimizer, total, 1);
    if (precision.equals("bf16")) {
      learner.network().weights().keepFrozenMatricesInBfloat16();
    }
  }

  /**
   * Takes a step and returns its rows.
   *
   * @param ms becomes the milliseconds of the loss, of the gradients, and of all else; where blocks
   *     are computed again, all of the first two is the gradients'
   */
  int take(int step, double[] ms) {
    long start = System.nanoTime();
    int rows = training.take(step, RATE, number -> gradients(number, ms)).rows();
    ms[2] = (System.nanoTime() - start) / 1e6 - ms[0] - ms[1];
    return rows;
  }

  private StepGradients.Sum gradients(int step, double[] ms) {
    long start = System.nanoTime();
    double value;
    int rows;
    try (NDScope scope = new NDScope();
        GradientMode on = GradientMode.on();
        Tape tape = new Tape()) {
      scope.suppressNotUsedWarning();
      Batch batch = batches.apply(step);
      rows = Math.toIntExact(batch.ids().getShape().get(0));
      ForwardPass pass = ForwardPass.training(dropout, step);
      if (learner.isCheckpointed()) {
        value = learner.backward(pass, batch, 1);
      } else {
        NDArray loss = learner.loss(learner.network().on(tape, pass), batch);
        value = loss.getFloat();
        ms[0] = (System.nanoTime() - start) / 1e6;
        tape.backward(loss);
      }
    }
    value += StepGradients.penalty(adaptation, step);
    ms[1] = (System.nanoTime() - start) / 1e6 - ms[0];
    return new StepGradients.Sum(value, rows);
  }

  @Override
  public void close() {
    optimizer.close();
    adaptation.close();
  }
}
