package io.github.compacter4j.train;

import io.github.compacter4j.Home;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.run.RunListener;
import io.github.compacter4j.tasks.Glue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Few rows of the shipped set, so that evaluations are short, and runs on them. */
public final class Everyday {
  private Everyday() {}

  /** Writes 24 training rows, 6 of validation and 6 of test into a folder below this one. */
  public static Path few(Path parent) {
    try {
      Path data = Files.createDirectories(parent.resolve("everyday-sentiment"));
      Path whole = Home.folder().orElseThrow().resolve("data/everyday-sentiment");
      Files.copy(whole.resolve("task.yaml"), data.resolve("task.yaml"));
      for (String name : List.of("train.tsv", "validation.tsv", "test.tsv")) {
        int rows = name.equals("train.tsv") ? 24 : 6;
        Files.write(
            data.resolve(name), Files.readAllLines(whole.resolve(name)).subList(0, rows + 1));
      }
      return data;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A run of six steps that evaluates after every second one. */
  static FineTuning plan(T5 model, String method, Path data) {
    FineTuning plan =
        FineTuning.of(model, method, Glue.sst2()).data(data).batchSize(4).maxSteps(6).seed(7);
    return plan.protocol(plan.protocol().with("evaluationSteps", 2));
  }

  /** All files and folders below a run's folder. */
  static List<String> files(Run run) throws IOException {
    Path folder = run.folder().path();
    try (Stream<Path> files = Files.walk(folder)) {
      return files.map(file -> folder.relativize(file).toString()).sorted().toList();
    }
  }

  /** Acts after an evaluation. */
  static RunListener afterEvaluation(int step, Action action) {
    return new RunListener() {
      @Override
      public void onEvaluation(int at, Map<String, Double> metrics, boolean best) {
        if (at == step) {
          action.run();
        }
      }
    };
  }

  /** What a test does in the middle of a run. */
  interface Action {
    /** Does it. */
    void act() throws Exception;

    /** Does it; its failure is the test's. */
    default void run() {
      try {
        act();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }
}
