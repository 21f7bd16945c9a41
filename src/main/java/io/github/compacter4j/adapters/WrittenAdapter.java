package io.github.compacter4j.adapters;

import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.model.Adaptation;
import io.github.compacter4j.model.Network;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.train.FineTuning;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BiConsumer;

/** An adapter's folder whose tensors come from other files, not from training. */
final class WrittenAdapter {
  private WrittenAdapter() {}

  /**
   * A folder that has no adapter yet.
   *
   * @throws UserException if it has
   */
  static RunFolder free(Path out) {
    RunFolder target = new RunFolder(out);
    if (Files.exists(target.adapter()) || Files.exists(target.adapterInfo())) {
      throw new UserException(out + ": holds an adapter already");
    }
    return target;
  }

  /**
   * Writes what a plan's method has in a network.
   *
   * @param fill gives its tensors their values
   * @return what {@code adapter.json} says
   */
  static AdapterInfo write(
      RunFolder target, FineTuning plan, BiConsumer<Network, Adaptation> fill) {
    Task task = plan.task();
    String spec = plan.method().spec().toString();
    AdapterInfo info =
        new AdapterInfo(spec, plan.model().identity(), task.name(), plan.seed(), Map.of())
            .withTaskFile(task.definition().isEmpty() ? "" : task.reference());
    try (Network network = plan.newNetwork();
        Adaptation adaptation = plan.method().applyTo(network, task.name(), plan.seed())) {
      fill.accept(network, adaptation);
      AdapterFile.write(target.adapter(), adaptation.kept());
    }
    info.write(target.adapterInfo());
    return info;
  }
}
