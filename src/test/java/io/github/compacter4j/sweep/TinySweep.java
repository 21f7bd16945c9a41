package io.github.compacter4j.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A task of a few sentences, and sweeps over it that take seconds. */
public final class TinySweep {
  private static final List<String> GOOD =
      List.of("a warm day", "what fun", "the soup was fine", "we laughed a lot");
  private static final List<String> BAD =
      List.of("a cold bed", "how dull", "the soup was burnt", "we left at once");

  private TinySweep() {}

  /** Writes the task into a folder and returns its definition. */
  public static Path task(Path folder) {
    StringBuilder rows = new StringBuilder("sentence\tlabel\n");
    GOOD.forEach(text -> rows.append(text).append("\t1\n"));
    BAD.forEach(text -> rows.append(text).append("\t0\n"));
    try {
      for (String split : List.of("train", "validation", "test")) {
        Files.writeString(folder.resolve(split + ".tsv"), rows);
      }
      return Files.writeString(
          folder.resolve("soup.yaml"),
          """
          name: soup
          template: "sentence: {sentence}"
          files: {train: train.tsv, validation: validation.tsv, test: test.tsv}
          labels: [0, 1]
          metrics: [accuracy]
          """);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a sweep of two steps over the task. */
  public static Path yaml(Path folder, String... lines) {
    return yaml(folder, 2, lines);
  }

  /** Writes a sweep of some steps over the task, evaluated after each one where there are few. */
  public static Path yaml(Path folder, int steps, String... lines) {
    String text =
        """
        tasks: %s
        settings: {epochs: %d, maxSteps: %d, batchSize: 4, evaluationSteps: %d, evaluationLength: 4, finalLength: 4}
        """
            .formatted(task(folder), steps, steps, steps > 2 ? steps : 1);
    try {
      return Files.writeString(folder.resolve("tiny.yaml"), text + String.join("\n", lines) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
