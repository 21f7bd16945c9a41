package io.github.compacter4j.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import io.github.compacter4j.learner.Batch;
import io.github.compacter4j.learner.Learner;
import io.github.compacter4j.learner.Tokenized;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.Dropout;
import io.github.compacter4j.model.ForwardPass;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.torch.GradientMode;
import io.github.compacter4j.torch.Seeds;
import io.github.compacter4j.torch.Torch;
import java.util.Optional;

/** The gradients of a run's steps: which rows, with which dropout, follows from seed and step. */
public final class StepGradients implements AutoCloseable {
  private final Learner learner;
  private final Adaptation adaptation;
  private final Tokenized rows;
  private final Protocol protocol;
  private final long seed;
  private final EpochOrder order;
  private final Dropout dropout;
  private final NDManager manager = Torch.newManager();

  /**
   * What a step saw.
   *
   * @param loss sum of its micro-batches' means, each divided by the number that a full step has
   * @param rows training rows
   */
  public record Sum(double loss, int rows) {}

  StepGradients(
      Learner learner, Adaptation adaptation, Tokenized rows, Protocol protocol, long seed) {
    this.learner = learner;
    this.adaptation = adaptation;
    this.rows = rows;
    this.protocol = protocol;
    this.seed = seed;
    order = new EpochOrder(rows.size(), rows::length, protocol, seed);
    dropout = dropout(learner, protocol);
  }

  /** The protocol's rate of dropout, or where it has none the model's own rates. */
  public static Dropout dropout(Learner learner, Protocol protocol) {
    return protocol.dropout() < 0 ? learner.dropout() : Dropout.of(protocol.dropout());
  }

  /**
   * Adds the gradients of a step, counted from 0, to those at hand.
   *
   * @throws NonFiniteException if the loss is not finite
   */
  Sum add(int step) {
    double loss = 0;
    int examples = 0;
    for (int micro = 0; micro < protocol.accumulation(); micro++) {
      int[] batchRows = order.rows(step, micro);
      if (batchRows.length > 0) {
        loss += backward(batchRows, step, Seeds.of(seed, step, micro));
        examples += batchRows.length;
      }
    }
    return new Sum(loss + penalty(adaptation, step), examples);
  }

  /**
   * Adds the gradients of what the method adds to the loss, and returns its value.
   *
   * @param step counted from 0, for errors
   * @throws NonFiniteException if the value is not finite
   */
  public static double penalty(Adaptation adaptation, int step) {
    try (NDScope scope = new NDScope();
        GradientMode on = GradientMode.on()) {
      scope.suppressNotUsedWarning();
      Optional<NDArray> penalty = adaptation.penalty();
      penalty.ifPresent(Torch::backward);
      double value = penalty.map(array -> array.toArray()[0].doubleValue()).orElse(0.0);
      if (!Double.isFinite(value)) {
        throw new NonFiniteException("penalty", value, step + 1);
      }
      return value;
    }
  }

  /** Adds a micro-batch's gradients and returns its share of the loss. */
  private double backward(int[] batchRows, int step, long dropoutSeed) {
    try (NDScope scope = new NDScope();
        GradientMode on = GradientMode.on()) {
      scope.suppressNotUsedWarning();
      Batch batch = rows.batch(manager, learner.network().dataType(), batchRows);
      ForwardPass pass = ForwardPass.training(dropout, dropoutSeed);
      double value = learner.backward(pass, batch, 1.0 / protocol.accumulation());
      if (!Double.isFinite(value)) {
        throw new NonFiniteException("loss", value, step + 1);
      }
      return value / protocol.accumulation();
    }
  }

  /** How many training rows there are. */
  int size() {
    return rows.size();
  }

  long seed() {
    return seed;
  }

  Protocol protocol() {
    return protocol;
  }

  @Override
  public void close() {
    manager.close();
  }
}
