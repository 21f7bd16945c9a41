package io.github.compacter4j.results;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.run.RunResult;
import io.github.compacter4j.tasks.Glue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Writes {@code result.json} files as runs do, with scores of choice. */
public final class ResultFixture {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private int runs;

  /** Runs below a folder. */
  public ResultFixture(Path folder) {
    this.folder = folder;
  }

  /** A run of a spec on a task: 60.0 for the majority class, the same scores on validation. */
  public Path run(String spec, String task, long seed, Map<String, Double> test) {
    return run(spec, task, seed, test, test, Map.of());
  }

  /** An SST-2 run with one score. */
  public Path sst2(String spec, long seed, double accuracy) {
    return run(spec, "sst2", seed, Map.of("accuracy", accuracy));
  }

  /** The same with other values at some JSON pointers. */
  public Path sst2(String spec, long seed, double accuracy, Map<String, Object> changes) {
    Map<String, Double> scores = Map.of("accuracy", accuracy);
    return run(spec, "sst2", seed, scores, scores, changes);
  }

  Path run(
      String spec,
      String task,
      long seed,
      Map<String, Double> validation,
      Map<String, Double> test,
      Map<String, Object> changes) {
    String method = spec.split("\\[")[0];
    Map<String, Double> majority = Map.of(test.keySet().iterator().next(), 60.0);
    RunResult result =
        new RunResult(
            RunResult.SCHEMA,
            task,
            method,
            spec,
            new RunResult.Model("bundled", "abcdef0123456789"),
            seed,
            "float32",
            Protocol.named("small", MethodSpec.of(method), Glue.sst2()),
            "generate",
            null,
            null,
            10_000,
            110_000,
            method.equals("full") ? 100 : 0.1667,
            null,
            600,
            new RunResult.Best(1.5, 50, 70),
            new RunResult.Scores(validation, 1000),
            new RunResult.Scores(test, 872),
            new RunResult.OneAnswer(majority, majority),
            0.01,
            new RunResult.Data(
                "glue_partial/" + task, false, Map.of("train.tsv", "aa-" + task), 10_000, 42),
            new RunResult.Measures(60, 50, method.equals("full") ? 200 : 250, 1_000_000_000L, 1));
    ObjectNode tree = JSON.valueToTree(result);
    changes.forEach((pointer, value) -> set(tree, pointer, value));
    Path file = folder.resolve("run-%03d".formatted(++runs)).resolve("result.json");
    try {
      Files.createDirectories(file.getParent());
      JSON.writeValue(file.toFile(), tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  private static void set(ObjectNode tree, String pointer, Object value) {
    int slash = pointer.lastIndexOf('/');
    ObjectNode parent = (ObjectNode) tree.at(pointer.substring(0, slash));
    parent.set(pointer.substring(slash + 1), JSON.valueToTree(value));
  }
}
