package io.github.compacter4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.compacter4j.Home;
import io.github.compacter4j.TorchPython;
import io.github.compacter4j.learner.T5;
import io.github.compacter4j.parameters.ParameterCounter;
import io.github.compacter4j.run.Run;
import io.github.compacter4j.tasks.Glue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipe of docs/pretraining.md in small: the script's own checks, and its model in Java. */
class PretrainingTest {
  private static final List<String> PACKAGES =
      List.of("torch", "transformers", "safetensors", "numpy");

  private final Path home = Home.folder().orElseThrow();

  @TempDir Path folder;

  @Test
  void theScriptPassesItsOwnChecks() throws Exception {
    TorchPython.output(PACKAGES, folder, home.resolve("src/test/python/test_pretraining.py"));
  }

  @Test
  void whatTheScriptWritesIsFineTunedHere() throws Exception {
    Path corpus = folder.resolve("text.txt");
    Files.writeString(corpus, Files.readString(home.resolve("LICENSE")));
    Path out = folder.resolve("t5-of-my-own");
    List<Object> command =
        new ArrayList<>(
            List.of(home.resolve("src/main/python/pretrain_t5.py"), "--corpus", corpus));
    command.addAll(List.of("--tokenizer", home.resolve("data/t5-tiny-en"), "--out", out));
    command.addAll(List.of("--d-model", 64, "--d-ff", 128, "--d-kv", 16, "--heads", 4));
    command.addAll(List.of("--layers", 2, "--steps", 5, "--mixture-minutes", 0));
    command.addAll(List.of("--batch-tokens", 512, "--threads", 1));
    JsonNode answer =
        new ObjectMapper().readTree(TorchPython.output(PACKAGES, folder, command.toArray()));
    try (T5 model = T5.load(out.toString())) {
      assertEquals(64, model.config().dModel());
      // Of the 8,128 rows that the script counts 28 belong to no piece and are cut off.
      assertEquals(8100, model.config().vocabSize());
      assertEquals(
          answer.required("parameters").asLong() - 28 * 64,
          ParameterCounter.baseSize(model.config()));
      Run run =
          FineTuning.of(model, "compacter++[reduction=4]", Glue.sst2().withMaxTrainSamples(40))
              .data(home.resolve("data/everyday-sentiment"))
              .protocol("small")
              .maxSteps(3)
              .out(folder.resolve("run"), FineTuning.Existing.REFUSE)
              .run();
      assertEquals(3, run.result().steps());
    }
  }
}
