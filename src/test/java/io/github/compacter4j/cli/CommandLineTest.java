package io.github.compacter4j.cli;

import static io.github.compacter4j.cli.Answer.JSON;
import static io.github.compacter4j.cli.Answer.here;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.CommandLineProcess;
import io.github.compacter4j.Goldens;
import io.github.compacter4j.Home;
import io.github.compacter4j.torch.OneThread;
import io.github.compacter4j.torch.TorchFunctions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What scripts rely on: exit status, one document on standard output, one line of error. */
@ExtendWith(OneThread.class)
class CommandLineTest {
  @TempDir static Path shared;
  @TempDir Path folder;
  private static Path run;
  private static Answer trained;

  /** The same in a process of its own, started as the launcher does. */
  private Answer spawned(String... arguments) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        CommandLineProcess.of(arguments)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    return new Answer(process.waitFor(), Files.readString(out), Files.readString(err));
  }

  private static Path home() {
    return Home.folder().orElseThrow();
  }

  private static String everyday() {
    return home().resolve("data/everyday-sentiment").toString();
  }

  private static String[] train(String out, String data, String... more) {
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

  private static Set<String> fields(JsonNode node) {
    Set<String> names = new TreeSet<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static List<Path> filesBelow(Path path) throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train --task sst3 | sst2",
        "train --task sst2 --method compactor | compacter",
        "train --task sst2 --method compacter[m=4] | n",
        "train --task sst2 --precision float23 | float32",
        "train --task sst2 --protocol papers | paper",
        "count --model t5-bsae | t5-base",
        "count --modle t5-base | --model",
        "count --method ful | full",
        "trian --task sst2 | train",
        "export --run RUN --format t6 --out x | t5",
        "evaluate --run RUN --split tests | test"
      })
  void anUnknownNameIsWrongUsageAndTheNearestIsNamed(String command, String nearest) {
    String line = here(command.replace("RUN", run.toString()).split(" ")).errorLine(2);
    assertTrue(line.contains("did you mean '" + nearest + "'"), line);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train | --task",
        "train --task sst2 --steps many | many",
        "train --task sst2 --steps -1 | -1",
        "train --task sst2 --batch-size 0 | batch size",
        "train --task sst2 --lr 0 | learning rate",
        "train --task sst2 --lr NaN | learning rate",
        "train --task sst2 --epochs 0 | epochs",
        "train --task sst2 --threads 0 | --threads",
        "train --task sst2 --max-train-samples 0 | training samples",
        "train --task sst2 --method compacter[n=0] | n is '0'",
        "train --task sst2 --method compacter[n=7] | n=7",
        "train --task sst2 --method compacter[n=4 | compacter[n=4",
        "train --task sst2 --method full[n=4] | takes no options",
        "train --task sst2 --resume | --out",
        "predict --text a | --run or --model",
        "predict --model bundled | --text",
        "predict --model bundled --text a --force | --run",
        "export --run RUN --out x | --format",
        "adapters average --out x one | ADAPTER",
        "predict --model bundled --text a --beams 0 | beam",
        "predict --model bundled --text a --max-length 1 | length"
      })
  void wrongUsageIsOneLine(String command, String named) {
    String line = here(command.replace("RUN", run.toString()).split(" ")).errorLine(2);
    assertTrue(line.contains(named), line);
  }

  @Test
  void missingThingsAreOneLine() throws Exception {
    String nowhere = folder.resolve("nowhere").toString();
    assertTrue(spawned("predict", "--run", nowhere, "--text", "a").errorLine(1).contains(nowhere));
    assertTrue(here("evaluate", "--run", nowhere).errorLine(1).contains(nowhere));
    assertTrue(
        here("predict", "--run", run.toString(), "--input", nowhere)
            .errorLine(1)
            .contains(nowhere));
    assertTrue(here("predict", "--model", nowhere, "--text", "a").errorLine(1).contains(nowhere));
    assertTrue(here(train(nowhere + "/out", nowhere)).errorLine(1).contains(nowhere));
    assertTrue(
        here("predict", "--model", folder.toString(), "--text", "a")
            .errorLine(1)
            .contains("config.json"));
    assertFalse(Files.exists(Path.of(nowhere)));
  }

  @Test
  void wrongUsageEndsTheProcessWithTwo() throws Exception {
    assertTrue(spawned("train", "--task", "sst3").errorLine(2).contains("sst2"));
  }

  @Test
  void anEmptyTextIsRefused() {
    for (String text : List.of("", "   ")) {
      String line = here("predict", "--run", run.toString(), "--text", text).errorLine(1);
      assertTrue(line.contains("no tokens"), line);
      here("predict", "--model", "bundled", "--text", text).errorLine(1);
    }
  }

  @Test
  void aMalformedLineIsNamedAndNothingIsWritten() throws IOException {
    Path data = Files.createDirectories(folder.resolve("everyday-sentiment"));
    for (String name : List.of("task.yaml", "train.tsv", "validation.tsv", "test.tsv")) {
      Files.copy(Path.of(everyday(), name), data.resolve(name));
    }
    Path validation = data.resolve("validation.tsv");
    List<String> lines = Files.readAllLines(validation);
    Path out = folder.resolve("never");
    for (String broken : List.of("no label here", "good\t7", "a\tb\tc")) {
      List<String> altered = new ArrayList<>(lines);
      altered.set(5, broken);
      Files.write(validation, altered);
      String line = here(train(out.toString(), data.toString())).errorLine(1);
      assertTrue(line.contains("validation.tsv, line 6: "), line);
      assertFalse(Files.exists(out), line);
    }
    Path input = folder.resolve("input.tsv");
    Files.writeString(input, "sentence\tlabel\nfine\t1\ntoo few\n");
    String line =
        here("predict", "--run", run.toString(), "--input", input.toString()).errorLine(1);
    assertTrue(line.contains("input.tsv, line 3: "), line);
    Files.writeString(input, "text\nfine\n");
    line = here("predict", "--run", run.toString(), "--input", input.toString()).errorLine(1);
    assertTrue(line.contains("input.tsv, line 1: ") && line.contains("sentence"), line);
  }

  @Test
  void anOverwriteWithBadInputKeepsTheOldRun() throws IOException {
    Path old = folder.resolve("old");
    Files.createDirectory(old);
    for (Path file : filesBelow(run)) {
      Files.copy(file, old.resolve(file.getFileName()));
    }
    here(train(old.toString(), folder.resolve("missing").toString(), "--overwrite")).errorLine(1);
    assertEquals(filesBelow(run).size(), filesBelow(old).size());
  }

  @Test
  void aWrongAdapterFileIsNamed() throws IOException {
    Path copy = Files.createDirectory(folder.resolve("damaged"));
    for (Path file : filesBelow(run)) {
      Files.copy(file, copy.resolve(file.getFileName()));
    }
    Path adapter = copy.resolve("adapter.safetensors");
    byte[] good = Files.readAllBytes(adapter);
    String[] predict = {"predict", "--run", copy.toString(), "--text", "a"};
    Files.write(adapter, Arrays.copyOf(good, good.length - 1));
    assertTrue(here(predict).errorLine(1).contains(adapter.toString()));
    Files.write(adapter, "not a tensor in sight".getBytes(StandardCharsets.UTF_8));
    assertTrue(here(predict).errorLine(1).contains(adapter.toString()));
    Files.copy(
        home().resolve("data/t5-tiny-en/model.safetensors"),
        adapter,
        StandardCopyOption.REPLACE_EXISTING);
    assertTrue(here(predict).errorLine(1).contains(adapter + ": unexpected tensor"));
    Files.delete(adapter);
    assertTrue(here(predict).errorLine(1).contains(adapter.toString()));
    Path config = copy.resolve("config.json");
    Files.writeString(config, Files.readString(config).replaceFirst("\\{", "["));
    assertTrue(here(predict).errorLine(1).contains(config.toString()));
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

  @Test
  void theArchiveOfAllFunctionsIsWritten() throws IOException {
    Path file = folder.resolve("functions.pt");
    JsonNode told = here("bench", "--archive", file.toString(), "--json").json();
    assertEquals(file.toString(), told.required("archive").asText());
    assertArrayEquals(TorchFunctions.archive(), Files.readAllBytes(file));
  }

  /** A run is refused on a base with other weights, with both fingerprints, unless forced. */
  @Test
  void anotherBaseNeedsForce() throws IOException {
    Path base = Files.createDirectory(folder.resolve("base"));
    Path bundled = home().resolve("data/t5-tiny-en");
    for (String name : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
      Files.copy(bundled.resolve(name), base.resolve(name));
    }
    byte[] weights = Files.readAllBytes(bundled.resolve("model.safetensors"));
    weights[weights.length - 2] ^= 1;
    Files.write(base.resolve("model.safetensors"), weights);
    String[] predict = {
      "predict", "--run", run.toString(), "--text", "a fine film", "--base", base.toString()
    };
    String line = here(predict).errorLine(1);
    assertTrue(line.matches("(?s).*[0-9a-f]{64}.*[0-9a-f]{64}.*--force.*"), line);
    String[] forced = Arrays.copyOf(predict, predict.length + 1);
    forced[predict.length] = "--force";
    assertEquals(0, here(forced).status());
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() {
    String line = here(train("/proc/nothing/here", everyday())).errorLine(1);
    assertTrue(line.contains("/proc/nothing/here"), line);
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
