package io.github.compacter4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.Home;
import io.github.compacter4j.run.RunDifferences;
import io.github.compacter4j.run.RunDifferences.Difference;
import io.github.compacter4j.run.RunFolder;
import io.github.compacter4j.torch.OneThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A run repeated from its folder, and what two runs differ in. */
@ExtendWith(OneThread.class)
class RerunTest {
  @TempDir static Path shared;
  @TempDir Path folder;
  private static Path run;

  @BeforeAll
  static void train() {
    run = shared.resolve("run");
    assertEquals(0, train(run, "7"));
  }

  private static int train(Path out, String seed) {
    return Main.run(
        "train",
        "--task",
        "sst2",
        "--data",
        everyday(),
        "--out",
        out.toString(),
        "--seed",
        seed,
        "--steps",
        "2",
        "--batch-size",
        "8",
        "--max-train-samples",
        "40",
        "--threads",
        "1",
        "--json");
  }

  private static String everyday() {
    return Home.folder().orElseThrow().resolve("data/everyday-sentiment").toString();
  }

  private static List<Difference> between(Path first, Path second) {
    return RunDifferences.between(new RunFolder(first), new RunFolder(second));
  }

  @Test
  void aRepetitionIsTheSameToTheLastBit() throws IOException {
    Path again = folder.resolve("again");
    assertEquals(0, Main.run("rerun", run.toString(), "--out", again.toString(), "--threads", "1"));
    List<Difference> differences = between(run, again);
    assertTrue(
        differences.stream().allMatch(d -> d.field().equals("command")), differences.toString());
    assertArrayEquals(
        Files.readAllBytes(run.resolve("adapter.safetensors")),
        Files.readAllBytes(again.resolve("adapter.safetensors")));
    assertEquals(1, Main.run("rerun", run.toString(), "--out", again.toString()));
    assertEquals(0, Main.run("rerun", run.toString(), "--out", again.toString(), "--resume"));
    assertEquals(2, Main.run("rerun", run.toString(), "--resume"));
  }

  @Test
  void anotherSeedDiffersInSettingsLossesAndWeights() {
    Path other = folder.resolve("other");
    assertEquals(0, train(other, "8"));
    Set<String> files =
        between(run, other).stream().map(Difference::file).collect(Collectors.toSet());
    assertTrue(
        files.containsAll(
            Set.of("config.json", "result.json", "metrics.jsonl", "adapter.safetensors")),
        files.toString());
    assertTrue(
        between(run, other).contains(new Difference("config.json", "seed", "7", "8")), "the seed");
  }

  @Test
  void aRunThatDoesNotRepeatFails() throws IOException {
    Path changed = folder.resolve("changed");
    Files.createDirectories(changed);
    try (var files = Files.list(run)) {
      for (Path file : files.toList()) {
        Files.copy(file, changed.resolve(file.getFileName()));
      }
    }
    Path result = changed.resolve("result.json");
    String text = Files.readString(result);
    Files.writeString(result, text.replaceFirst("\"steps\" : 2", "\"steps\" : 3"));
    Path again = folder.resolve("again");
    assertEquals(1, Main.run("rerun", changed.toString(), "--out", again.toString()));
  }

  @Test
  void aFolderWithoutARunIsRefused() {
    assertEquals(1, Main.run("diff", run.toString(), folder.toString()));
    assertEquals(1, Main.run("rerun", folder.toString()));
    assertEquals(2, Main.run("diff", run.toString()));
  }
}
