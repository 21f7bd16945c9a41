package io.github.compacter4j.adapters;

import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.run.RunConfig;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.train.FineTuning;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * A trained adapter on disk.
 *
 * @param folder a run, or a folder with an adapter's files alone
 * @param info what is known of it
 * @param plan lengths and data as the run had them; without a run, its task's usual ones
 */
record AdapterSource(RunFolder folder, AdapterInfo info, FineTuning plan) {

  /**
   * Reads what is known of an adapter.
   *
   * @param tasks the task of a name
   * @param force whether it may be of another base
   * @throws io.github.compacter4j.UserException if there is no adapter, or it was trained on
   *     another base
   */
  static AdapterSource read(
      Pretrained base, Path folder, Function<String, Task> tasks, boolean force) {
    RunFolder source = new RunFolder(folder);
    AdapterInfo info = source.readAdapterInfo();
    if (!force) {
      info.requireBase(folder, base.identity());
    }
    return new AdapterSource(source, info, plan(base, source, info, tasks));
  }

  private static FineTuning plan(
      Pretrained base, RunFolder folder, AdapterInfo info, Function<String, Task> tasks) {
    if (!folder.exists()) {
      String task = info.taskFile().isEmpty() ? info.task() : info.taskFile();
      FineTuning usual = FineTuning.of(base, info.spec(), tasks.apply(task)).seed(info.seed());
      return usual.pooling() == null
          ? usual
          : usual.pooling(AdapterFile.pooling(folder.adapter()).toString());
    }
    RunConfig config = folder.readConfig();
    return FineTuning.onAnyBase(base, config, tasks.apply(config.task()));
  }
}
