package io.github.compacter4j.cli;

import static io.github.compacter4j.cli.Answer.JSON;
import static io.github.compacter4j.cli.Answer.here;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.torch.TorchFunctions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What scripts rely on: exit status, and one document on standard output. */
class CommandLineTest extends TrainedRunFixture {
  private static Set<String> fields(JsonNode node) {
    Set<String> names = new TreeSet<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void trainPrintsItsResultAlone() throws IOException {
    JsonNode result = trained.json();
    assertEquals(JSON.readTree(run.resolve("result.json").toFile()), result);
    assertEquals("compacter++", result.required("method").asText());
    assertEquals(2, result.required("steps").asInt());
    assertEquals(
        Set.of(
            "schema",
            "task",
            "method",
            "spec",
            "model",
            "seed",
            "precision",
            "protocol",
            "decode",
            "trainable",
            "total",
            "percent",
            "steps",
            "best",
            "validation",
            "test",
            "majority",
            "truncatedShare",
            "data",
            "measures"),
        fields(result));
    assertTrue(trained.err().contains("parameters train"), trained.err());
  }

  @Test
  void aLogHasALineForStepsAndEvaluations() {
    List<String> lines = trained.err().lines().toList();
    assertTrue(lines.stream().anyMatch(l -> l.startsWith("step 2 of 2: loss ")), trained.err());
    assertTrue(
        lines.stream().anyMatch(l -> l.startsWith("step 2 of 2: validation accuracy ")),
        trained.err());
    assertFalse(trained.err().contains("\r"), trained.err());
  }

  @Test
  void aFinishedRunIsRefusedOrResumedOrReplaced() {
    String line = here(train(run.toString(), everyday())).errorLine(1);
    assertTrue(line.contains(run.toString()) && line.contains("resume"), line);
    ObjectNode before = (ObjectNode) trained.json();
    assertEquals(before, here(train(run.toString(), everyday(), "--resume", "--json")).json());
    String copy = folder.resolve("copy").toString();
    here(train(copy, everyday(), "--resume")); // starts what is missing
    ObjectNode replaced =
        (ObjectNode) here(train(copy, everyday(), "--overwrite", "--json")).json();
    before.remove("measures");
    replaced.remove("measures");
    assertEquals(before, replaced);
    here(train(copy, everyday(), "--resume", "--overwrite")).errorLine(2);
  }

  @Test
  void evaluateEqualsTheResult() {
    JsonNode scores = here("evaluate", "--run", run.toString(), "--json").json();
    assertEquals(trained.json().required("validation"), scores);
    JsonNode test = here("evaluate", "--run", run.toString(), "--split", "test", "--json").json();
    assertEquals(trained.json().required("test"), test);
  }

  @Test
  void scoresForPeopleHaveTwoDigits() {
    String line = here("evaluate", "--run", run.toString()).out();
    assertTrue(line.matches("validation, \\d+ rows: accuracy \\d+\\.\\d\\d\\R"), line);
    line = here(train(run.toString(), everyday(), "--resume")).out();
    String scores = "validation accuracy \\d+\\.\\d\\d; test accuracy \\d+\\.\\d\\d; ";
    assertTrue(line.matches("compacter\\+\\+.* on sst2: " + scores + ".*\\R"), line);
  }

  @Test
  void resultsTabulatesTheRun() {
    JsonNode rows = here("results", run.toString(), "--by", "setting", "--json").json();
    assertEquals(1, rows.size());
    JsonNode result = trained.json();
    JsonNode row = rows.get(0);
    assertEquals(result.required("spec"), row.required("method"));
    assertEquals(result.at("/test/metrics/accuracy"), row.required("mean"));
    assertEquals(result.at("/majority/test/accuracy"), row.required("majority class"));
    assertEquals(result.at("/data/source"), row.required("data"));
  }

  @Test
  void evaluateAddsIntervals() {
    String[] command = {"evaluate", "--run", run.toString(), "--confidence", "95"};
    JsonNode scores = here(withJson(command)).json();
    JsonNode validation = trained.json().required("validation");
    assertEquals(validation.required("metrics"), scores.required("metrics"));
    assertEquals(validation.required("rows"), scores.required("rows"));
    assertEquals(95, scores.required("confidence").asDouble());
    double accuracy = scores.required("metrics").required("accuracy").asDouble();
    JsonNode interval = scores.required("intervals").required("accuracy");
    assertTrue(interval.required("low").asDouble() <= accuracy, scores.toString());
    assertTrue(interval.required("high").asDouble() >= accuracy, scores.toString());
    assertTrue(here(command).out().contains("95 % interval"));
    command[4] = "100";
    assertTrue(here(command).errorLine(2).contains("confidence is 100.0"));
  }

  private static String[] withJson(String... command) {
    String[] all = Arrays.copyOf(command, command.length + 1);
    all[command.length] = "--json";
    return all;
  }

  @Test
  void predictsEachLineOfAFileInItsOrder() throws IOException {
    List<String> rows =
        Files.readAllLines(Path.of(everyday(), "test.tsv")).stream().skip(1).limit(9).toList();
    List<String> reversed = new ArrayList<>(rows);
    Collections.reverse(reversed);
    List<String> predictions = predict(rows);
    assertEquals(9, predictions.size());
    Collections.reverse(predictions);
    assertEquals(predictions, predict(reversed));
  }

  private List<String> predict(List<String> rows) throws IOException {
    Path file = folder.resolve("rows.tsv");
    Files.writeString(file, "sentence\tlabel\n" + String.join("\n", rows) + "\n");
    Answer lines = here("predict", "--run", run.toString(), "--input", file.toString());
    JsonNode json =
        here("predict", "--run", run.toString(), "--input", file.toString(), "--json").json();
    List<String> list = new ArrayList<>(Goldens.strings(json));
    assertEquals(String.join("\n", list) + "\n", lines.out());
    return list;
  }

  @Test
  void predictReadsStandardInput() throws Exception {
    String table = "sentence\tlabel\nfine\t1\npoor\t0\n";
    Path file = Files.writeString(folder.resolve("piped.tsv"), table);
    String expected = here("predict", "--run", run.toString(), "--input", file.toString()).out();
    InputStream before = System.in;
    try {
      for (String text : List.of(table, "{\"sentence\": \"fine\"}\n{\"sentence\": \"poor\"}\n")) {
        System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        assertEquals(expected, here("predict", "--run", run.toString(), "--input", "-").out());
      }
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void predictWritesWithAModelAlone() throws Exception {
    String[] command = {
      "predict",
      "--model",
      "bundled",
      "--text",
      "sst2 sentence: good",
      "--text",
      "A <extra_id_0>.",
      "--max-length",
      "8",
      "--json"
    };
    Answer spawned = spawned(command);
    assertEquals("", spawned.err());
    assertEquals(2, spawned.json().size());
    assertEquals(spawned.json(), here(command).json());
    assertEquals(2, here(with(command, "--beams", "3")).json().size());
  }

  private static String[] with(String[] command, String... more) {
    return Stream.concat(Arrays.stream(command), Arrays.stream(more)).toArray(String[]::new);
  }

  @Test
  void countKeepsItsContract() throws Exception {
    Answer answer = spawned("count", "--model", "t5-base", "--method", "all", "--json");
    assertEquals("", answer.err());
    JsonNode rows = answer.json();
    JsonNode expected = Goldens.file("param_counts.json").required("sizes").required("t5-base");
    for (JsonNode row : rows) {
      assertEquals(
          Set.of("method", "spec", "trainable", "total", "percent", "groups"), fields(row));
      String name =
          switch (row.required("method").asText()) {
            case "full" -> "T5 (full fine-tuning)";
            case "compacter" -> "Compacter (n=4)";
            case "compacter++" -> "Compacter++ (n=4)";
            default -> null;
          };
      if (name != null) {
        JsonNode reference = expected.required(name);
        assertEquals(reference.required("trainable"), row.required("trainable"));
        assertEquals(reference.required("total"), row.required("total"));
        assertEquals(reference.required("groups"), row.required("groups"));
        assertEquals(
            reference.required("trainable_percent_of_base").asDouble(),
            row.required("percent").asDouble(),
            1e-12);
      }
    }
    assertTrue(rows.size() >= 3);
    assertTrue(here("count").out().contains("222,882,048"));
  }

  @Test
  void anImpossibleMethodIsARowWithAnError() {
    JsonNode rows =
        here("count", "--model", "t5-small", "--method", "compacter[n=12]", "--json").json();
    assertEquals(1, rows.size());
    assertEquals(Set.of("method", "spec", "error"), fields(rows.get(0)));
    assertTrue(rows.get(0).required("error").asText().contains("n=12"), rows.toString());
  }

  @Test
  void countTakesAConfiguration() throws IOException {
    Path config = folder.resolve("config.json");
    Files.writeString(
        config,
        "{\"vocab_size\":50,\"d_model\":6,\"d_kv\":4,\"d_ff\":8,\"num_layers\":1,\"num_heads\":2}");
    Set<String> possible = new TreeSet<>();
    for (JsonNode row : here("count", "--model", config.toString(), "--json").json()) {
      assertEquals(row.has("trainable"), !row.has("error"), row.toString());
      if (row.has("trainable")) {
        possible.add(row.required("method").asText());
      }
    }
    assertTrue(possible.contains("full"), possible.toString());
    assertFalse(possible.contains("compacter"), "n=4 does not divide 6: " + possible);
    Files.writeString(config, "{\"d_model\": }");
    assertTrue(
        here("count", "--model", config.toString()).errorLine(1).contains(config.toString()));
  }

  @Test
  void countLeavesAnEncodersHeadApart() throws IOException {
    JsonNode rows = here("count", "--model", "minilm", "--method", "all", "--json").json();
    assertEquals(12, rows.size());
    for (JsonNode row : rows) {
      assertEquals("{\"tensors\":2,\"params\":770}", row.required("head").toString());
    }
    JsonNode compacter = row("minilm", "compacter++", "--classes", "1");
    assertEquals(17_176, compacter.required("trainable").asInt());
    assertEquals(22_565_376 + 7_192, compacter.required("total").asInt());
    assertEquals(385, compacter.required("head").required("params").asInt());
    JsonNode head = row("roberta-base", "head", "--classes", "3");
    assertEquals(0, head.required("trainable").asInt());
    assertEquals(768 * 768 + 768 + 3 * 769, head.required("head").required("params").asInt());
    assertEquals(
        2 * 769,
        row("bert-base-uncased", "head", "--pooling", "mean")
            .required("head")
            .required("params")
            .asInt());
    Path config = folder.resolve("config.json");
    Files.writeString(
        config,
        "{\"model_type\":\"xlm-roberta\",\"vocab_size\":50,\"hidden_size\":24,"
            + "\"num_hidden_layers\":2,\"num_attention_heads\":4,\"intermediate_size\":40,"
            + "\"max_position_embeddings\":30,\"type_vocab_size\":1}");
    assertEquals(
        24 * 24 + 24 + 2 * 25,
        row(config.toString(), "norms").required("head").required("params").asInt());
    assertTrue(
        here("count", "--model", "t5-base", "--classes", "3").errorLine(2).contains("--classes"));
    assertTrue(
        here("count", "--model", "minilm", "--pooling", "max")
            .errorLine(2)
            .contains("unknown pooling 'max'"));
    assertTrue(here("count", "--model", "minilm").out().contains("2 tensors, 770 parameters"));
  }

  private JsonNode row(String model, String method, String... more) {
    String[] command = {"count", "--model", model, "--method", method, "--json"};
    return here(Stream.concat(Arrays.stream(command), Arrays.stream(more)).toArray(String[]::new))
        .json()
        .get(0);
  }

  @Test
  void exportWritesAFolderOrSaysWhyNot() {
    Path out = folder.resolve("python");
    JsonNode told =
        here(
                "export",
                "--run",
                run.toString(),
                "--format",
                "adapterhub",
                "--out",
                out.toString(),
                "--json")
            .json();
    assertEquals(out.toString(), told.required("out").asText());
    assertTrue(Files.exists(out.resolve("load.py")));
    String line =
        here("export", "--run", run.toString(), "--format", "t5", "--out", out + "2").errorLine(1);
    assertTrue(line.contains("adapterhub"), line);
  }

  @Test
  void adaptersAreListedAndAveraged() {
    String mean = folder.resolve("mean").toString();
    here("adapters", "average", "--out", mean, run.toString(), run.toString(), "--json").json();
    JsonNode rows = here("adapters", "list", folder.toString(), "--json").json();
    assertEquals(1, rows.size());
    assertEquals(mean, rows.get(0).required("folder").asText());
    assertEquals("sst2", rows.get(0).required("task").asText());
    assertTrue(here("adapters", "list", run.toString()).out().contains("compacter++"));
    assertTrue(here("predict", "--run", mean, "--text", "a fine film").status() == 0);
  }

  /** The two files of an adapter know their task by its name alone. */
  @Test
  void anAdapterOfOnesOwnTaskIsPassedOnWithItsDefinition() throws IOException {
    String definition = everyday() + "/task.yaml";
    List<String> train =
        new ArrayList<>(List.of(train(folder.resolve("own").toString(), everyday())));
    train.set(train.indexOf("sst2"), definition);
    train.subList(train.indexOf("--data"), train.indexOf("--out")).clear();
    Answer own = here(train.toArray(new String[0]));
    assertEquals(0, own.status(), own.err());
    Path passed = Files.createDirectory(folder.resolve("passed"));
    for (String name : List.of("adapter.safetensors", "adapter.json")) {
      Files.copy(folder.resolve("own").resolve(name), passed.resolve(name));
    }
    String[] predict = {"predict", "--run", passed.toString(), "--text", "a fine film"};
    assertTrue(here(predict).errorLine(2).contains("--task-file"), here(predict).err());
    assertEquals(0, here(with(predict, "--task-file", definition)).status());
    String[] other = {"predict", "--run", run.toString(), "--text", "a"};
    assertTrue(here(with(other, "--task-file", definition)).errorLine(2).contains("task 'sst2'"));
  }

  @Test
  void theArchiveOfAllFunctionsIsWritten() throws IOException {
    Path file = folder.resolve("functions.pt");
    JsonNode told = here("bench", "--archive", file.toString(), "--json").json();
    assertEquals(file.toString(), told.required("archive").asText());
    assertArrayEquals(TorchFunctions.archive(), Files.readAllBytes(file));
  }

  /** A summary is the first line of a command's description. */
  @Test
  void everySummaryIsASentence() {
    new CommandLine(new Main())
        .getSubcommands()
        .forEach(
            (name, command) -> {
              String summary = command.getCommandSpec().usageMessage().description()[0];
              assertTrue(summary.endsWith("."), name + ": " + summary);
            });
  }

  @Test
  void helpAndVersionAreForPeople() {
    assertTrue(here("--help").out().contains("train"));
    assertTrue(here("train", "--help").out().contains("--max-train-samples"));
    Answer version = here("--version");
    assertEquals(0, version.status());
    assertTrue(version.out().contains("libtorch 2."), version.out());
    assertTrue(here().out().contains("Usage"));
  }
}
