package io.github.compacter4j.sweep;

import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.train.FineTuning;
import java.nio.file.Path;

/**
 * One run of a sweep.
 *
 * @param name its folder below the sweep's, {@code <task>[-<rows>]/<method>[-<options>]-s<seed>}
 * @param model {@code bundled}, a folder, or a name on the hub
 * @param method as asked for; a model may be unfit for it
 * @param task with its training rows and data seed
 * @param seed of initialisation, order and dropout
 * @param protocol all settings of training
 * @param precision {@code float32} or {@code bf16}
 * @param pooling how an encoder's states become one vector; null for the model's usual way
 * @param data folder of the data; null for the usual places
 */
public record Cell(
    String name,
    String model,
    Method method,
    Task task,
    long seed,
    Protocol protocol,
    String precision,
    String pooling,
    Path data) {

  /**
   * The run with a model.
   *
   * @throws io.github.compacter4j.UserException if the method is impossible for it
   */
  public FineTuning plan(Pretrained loaded) {
    FineTuning plan =
        FineTuning.of(loaded, method, task)
            .protocol(protocol)
            .seed(seed)
            .precision(precision)
            .data(data);
    return pooling == null ? plan : plan.pooling(pooling);
  }
}
