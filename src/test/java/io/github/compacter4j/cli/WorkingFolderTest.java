package io.github.compacter4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.CommandLineProcess;
import io.github.compacter4j.learner.ModelFiles;
import io.github.compacter4j.sweep.TinySweep;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Relative paths and folders that nobody names, from the folder where a user stands. */
class WorkingFolderTest {
  @TempDir Path folder;

  private Answer run(String... arguments) throws Exception {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        CommandLineProcess.of(arguments)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    return new Answer(process.waitFor(), Files.readString(out), Files.readString(err));
  }

  @Test
  void aRunGoesIntoRunsThereAndKnowsItsModelAndTaskFromEverywhere() throws Exception {
    TinySweep.task(folder);
    Files.createSymbolicLink(folder.resolve("model"), ModelFiles.bundled());
    Answer trained =
        run(
            "train",
            "--model",
            "model",
            "--task",
            "soup.yaml",
            "--method",
            "bitfit",
            "--steps",
            "1",
            "--batch-size",
            "4",
            "--threads",
            "1");
    assertEquals(0, trained.status(), trained.err());
    Path run = folder.resolve("runs/soup-bitfit-s42-001");
    assertTrue(trained.out().contains(run.toString()), trained.out());
    JsonNode config = Answer.JSON.readTree(run.resolve("config.json").toFile());
    assertEquals(folder.resolve("model").toString(), config.required("model").asText());
    assertEquals(folder.resolve("soup.yaml").toString(), config.required("task").asText());
    Answer elsewhere =
        Answer.here("predict", "--run", run.toString(), "--text", "a warm day", "--threads", "1");
    assertEquals(0, elsewhere.status(), elsewhere.err());
  }
}
