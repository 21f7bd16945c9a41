package io.github.compacter4j.cli;

import io.github.compacter4j.train.FrontEnd;
import io.github.compacter4j.train.Predictor;
import io.github.compacter4j.train.RunFolder;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that say onto which base model a run's weights are loaded. */
final class BaseOptions {
  @Option(names = "--base", description = "Base model; default: the one that the run names.")
  String base;

  @Option(names = "--force", description = "Take a base model with another fingerprint too.")
  boolean force;

  /** The run's weights on the base model. */
  Predictor load(Path run) {
    FrontEnd.showRuns(ConsoleProgress::new); // for its warnings
    return Predictor.of(new RunFolder(run), base, force);
  }
}
