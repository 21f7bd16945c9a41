package io.github.compacter4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.RealModel;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.torch.OneThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Encoders on the command line. */
@ExtendWith(OneThread.class)
class EncoderCommandTest {
  @TempDir Path folder;

  private String task(String labels) throws IOException {
    Files.writeString(
        folder.resolve("rows.csv"), "text,label\n" + "a good day,1\na bad day,0\n".repeat(6));
    Path file = folder.resolve("days.yaml");
    Files.writeString(
        file,
        "name: days\ntemplate: '{text}'\n"
            + "files: {train: rows.csv, validation: rows.csv, test: rows.csv}\n"
            + labels);
    return file.toString();
  }

  private Answer train(String task, String... more) {
    String[] usual = {
      "train",
      "--model",
      "minilm",
      "--task",
      task,
      "--out",
      folder.resolve("run").toString(),
      "--steps",
      "2",
      "--batch-size",
      "4",
      "--threads",
      "1",
      "--json"
    };
    String[] all = Arrays.copyOf(usual, usual.length + more.length);
    System.arraycopy(more, 0, all, usual.length, more.length);
    return Answer.here(all);
  }

  /** With norms as each method does, all and none. */
  @Test
  void everyMethodIsCountedAtABudget() {
    JsonNode rows = count("--method", "every", "--budget", "24304");
    assertEquals(Methods.all().size(), rows.size());
    for (JsonNode row : rows) {
      assertTrue(row.has("error") || row.required("trainable").asLong() <= 24_304, row.toString());
      assertNotEquals(row.has("error"), row.has("trainable"), row.toString());
      if (row.path("method").asText().equals("vera")) {
        assertEquals("vera[rank=1641,targets=q+v]", row.required("spec").asText());
        assertTrue(row.required("warnings").toString().contains("four times"), row.toString());
      }
    }
    assertEquals(9_216 + 9_984, lora("--norms", "all"));
    assertEquals(2 * 9_216, lora("--norms", "none"));
    assertEquals(73_728, count("--method", "lora").get(0).required("trainable").asLong());
  }

  private static JsonNode count(String... more) {
    String[] all =
        Arrays.copyOf(new String[] {"count", "--model", "minilm", "--json"}, 4 + more.length);
    System.arraycopy(more, 0, all, 4, more.length);
    return Answer.here(all).json();
  }

  private static long lora(String option, String norms) {
    return count("--method", "lora", "--budget", "24304", option, norms)
        .get(0)
        .required("trainable")
        .asLong();
  }

  private JsonNode predict() {
    return Answer.here(
            "predict", "--run", folder.resolve("run").toString(), "--text", "a day", "--json")
        .json();
  }

  @Test
  void predictionsTellNamesAndProbabilities() throws IOException {
    RealModel.minilm();
    String task = task("labels: ['0', '1']\nmetrics: [accuracy]\n");
    JsonNode result = train(task, "--pooling", "cls", "--head-lr", "0.002").json();
    assertEquals("cls", result.path("pooling").asText());
    assertEquals(0.002, result.path("protocol").path("headLearningRate").asDouble());
    assertEquals(2 * 385 + 384 * 385, result.path("head").path("params").asInt());
    JsonNode one = predict().get(0);
    assertTrue(one.path("prediction").isTextual(), one.toString());
    JsonNode probabilities = one.path("probabilities");
    assertEquals(1, probabilities.path("0").asDouble() + probabilities.path("1").asDouble(), 1e-5);
    assertEquals(2, one.size());
  }

  @Test
  void aScoreIsANumber() throws IOException {
    RealModel.minilm();
    train(task("score: {from: 0, to: 1, step: 0.5}\nmetrics: [pearson]\n")).json();
    JsonNode one = predict().get(0);
    assertTrue(one.path("prediction").isNumber(), one.toString());
    assertEquals(1, one.size());
  }

  @Test
  void mistakesAreOneLine() throws IOException {
    RealModel.minilm();
    String task = task("labels: ['0', '1']\nmetrics: [accuracy]\n");
    assertLine(train(task, "--protocol", "paper"), 2, "an encoder takes small or glue");
    assertLine(train(task, "--max-source-length", "600"), 2, "positions for 512");
    assertLine(train(task, "--pooling", "max"), 2, "unknown pooling 'max'");
    assertLine(train(task, "--decode", "generate"), 2, "does not write");
    Path gpt = Files.createDirectories(folder.resolve("gpt"));
    Files.writeString(gpt.resolve("config.json"), "{\"model_type\": \"gpt2\"}");
    Answer other =
        Answer.here("train", "--model", gpt.toString(), "--task", task, "--out", "unused");
    assertLine(other, 1, "model_type is 'gpt2', expected t5, or an encoder's");
    assertTrue(Files.notExists(folder.resolve("run")));
  }

  private static void assertLine(Answer answer, int status, String message) {
    String line = answer.errorLine(status);
    assertTrue(line.contains(message), line);
  }

  @Test
  void theListTellsWhereModelsAre() {
    Path minilm = RealModel.minilm();
    JsonNode list = Answer.here("models", "list", "--json").json();
    assertEquals("bundled", list.get(0).path("model").asText());
    assertEquals("minilm", list.get(1).path("model").asText());
    assertEquals(minilm.toString(), list.get(1).path("folder").asText());
    assertTrue(list.get(1).path("needs").isNull());
    assertEquals(minilm + "\n", Answer.here("models", "fetch", "minilm").out());
  }
}
