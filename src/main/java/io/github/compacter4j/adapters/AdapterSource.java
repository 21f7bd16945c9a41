package io.github.compacter4j.adapters;

import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.train.FineTuning;

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
   * @param task the one that it serves
   * @param force whether it may be of another base
   * @throws io.github.compacter4j.UserException if there is no adapter, or it was trained on
   *     another base
   */
  static AdapterSource read(Pretrained base, RunFolder folder, Task task, boolean force) {
    AdapterInfo info = folder.readAdapterInfo();
    if (!force) {
      info.requireBase(folder.path(), base.identity());
    }
    return new AdapterSource(folder, info, plan(base, folder, info, task));
  }

  private static FineTuning plan(Pretrained base, RunFolder folder, AdapterInfo info, Task task) {
    if (!folder.exists()) {
      FineTuning usual = FineTuning.of(base, info.spec(), task).seed(info.seed());
      return usual.pooling() == null
          ? usual
          : usual.pooling(AdapterFile.pooling(folder.adapter()).toString());
    }
    return FineTuning.onAnyBase(base, folder.readConfig(), task);
  }
}
