package io.github.compacter4j.cli;

import static io.github.compacter4j.cli.Answer.here;

import io.github.compacter4j.CommandLineProcess;
import io.github.compacter4j.Home;
import io.github.compacter4j.torch.OneThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A run of two steps on the sentences written for this project, and ways to start commands. */
@ExtendWith(OneThread.class)
abstract class TrainedRunFixture {
  @TempDir static Path shared;
  @TempDir Path folder;
  static Path run;
  static Answer trained;

  /** The same in a process of its own, started as the launcher does. */
  final Answer spawned(String... arguments) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        CommandLineProcess.of(arguments)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    return new Answer(process.waitFor(), Files.readString(out), Files.readString(err));
  }

  static Path home() {
    return Home.folder().orElseThrow();
  }

  static String everyday() {
    return home().resolve("data/everyday-sentiment").toString();
  }

  static String[] train(String out, String data, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train",
                "--task",
                "sst2",
                "--data",
                data,
                "--out",
                out,
                "--steps",
                "2",
                "--batch-size",
                "8",
                "--max-train-samples",
                "40",
                "--seed",
                "7",
                "--threads",
                "1"));
    arguments.addAll(List.of(more));
    return arguments.toArray(new String[0]);
  }

  @BeforeAll
  static void trainOnce() {
    run = shared.resolve("run");
    trained = here(train(run.toString(), everyday(), "--json"));
  }

  static List<Path> filesBelow(Path path) throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
