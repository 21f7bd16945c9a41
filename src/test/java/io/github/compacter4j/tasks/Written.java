package io.github.compacter4j.tasks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Small files in the layout of the published ones, written into a test's own folder. */
public final class Written {
  private Written() {}

  /** RTE's two labelled files; row i of both says "premise i", labels alternate from 0. */
  public static void rte(Path folder, int train, int dev) {
    String header = "index\tsentence1\tsentence2\tlabel\n";
    write(folder.resolve("train.tsv"), header + rows(train, Written::rteRow));
    write(folder.resolve("dev.tsv"), header + rows(dev, Written::rteRow));
  }

  /** SST-2's two labelled files; row i of both says "text i " with its trailing blank. */
  public static void sst2(Path folder, int train, int dev) {
    String header = "sentence\tlabel\n";
    write(folder.resolve("train.tsv"), header + rows(train, Written::sst2Row));
    write(folder.resolve("dev.tsv"), header + rows(dev, Written::sst2Row));
  }

  /** Six rows in the layout of the small set that is shipped. */
  public static void everyday(Path folder) {
    for (String name : new String[] {"train.tsv", "validation.tsv", "test.tsv"}) {
      write(folder.resolve(name), "sentence\tlabel\n" + rows(6, Written::sst2Row));
    }
    write(
        folder.resolve("task.yaml"),
        """
        name: everyday-sentiment
        template: "sentence: {sentence}"
        files: {train: train.tsv, validation: validation.tsv, test: test.tsv}
        labels: [0, 1]
        metrics: [accuracy]
        source: written for this project
        """);
  }

  public static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Row {
    String of(int i);
  }

  private static String rteRow(int i) {
    return i
        + "\tpremise "
        + i
        + "\thypothesis "
        + i
        + "\t"
        + (i % 2 == 0 ? "" : "not_")
        + "entailment\n";
  }

  private static String sst2Row(int i) {
    return "text " + i + " \t" + i % 2 + "\n";
  }

  private static String rows(int n, Row row) {
    return IntStream.range(0, n).mapToObj(row::of).collect(Collectors.joining());
  }
}
