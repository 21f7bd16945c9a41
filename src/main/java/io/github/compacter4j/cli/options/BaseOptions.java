package io.github.compacter4j.cli.options;

import io.github.compacter4j.adapters.Predictor;
import io.github.compacter4j.cli.display.ConsoleProgress;
import io.github.compacter4j.run.FrontEnd;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.tasks.Tasks;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that say onto which base model, and for which task, a run's weights are loaded. */
public final class BaseOptions {
  @Option(names = "--base", description = "Base model; default: the one that the run names.")
  String base;

  @Option(names = "--force", description = "Take a base model with another fingerprint too.")
  boolean force;

  @Option(
      names = "--task-file",
      description =
          "The YAML file that defines the adapter's own task, where it is not found as it was in training.")
  Path taskFile;

  /** Whether anything is said of the base model. */
  public boolean isGiven() {
    return base != null || force;
  }

  /** The run's weights on the base model. */
  public Predictor load(Path run) {
    FrontEnd.showRuns(ConsoleProgress::new); // for its warnings
    RunFolder folder = new RunFolder(run);
    if (taskFile != null) {
      return Predictor.of(folder, base, force, Tasks.named(taskFile.toString()));
    }
    return Predictor.of(folder, base, force);
  }
}
