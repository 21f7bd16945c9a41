package io.github.compacter4j.cli;

import static io.github.compacter4j.cli.Answer.here;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.compacter4j.Goldens;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Users' mistakes: one line that names what is wrong, a status, and nothing lost. */
class CommandLineErrorsTest extends TrainedRunFixture {
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

  @Test
  void theLaunchersCommandsAreKnown() {
    String line = here("bogus").errorLine(2);
    assertTrue(line.contains("unknown command 'bogus'; known: count "), line);
    assertTrue(line.contains(" bench demo test lab notebooks kernel; see "), line);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train | --task",
        "train --task sst2 --steps many | many",
        "train --task sst2 --steps -1 | -1",
        "train --task sst2 --batch-size 0 | --batch-size: batch size is 0",
        "train --task sst2 --steps -3 | --steps: steps is -3, expected at least 0",
        "train --task sst2 --method said[dimension=2000000000] | dimension=2000000000",
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
        "predict --run RUN --text a --beams 4 | --beams",
        "predict --run RUN --text a --max-length 8 | --max-length",
        "predict --run RUN --submission x.zip --beams 4 | --beams",
        "export --run RUN --out x | --format",
        "adapters average --out x one | ADAPTER",
        "adapters average --threads 1 --out x one two | unknown option '--threads'",
        "adapters average --threads=1 --out x one | unknown option '--threads'",
        "predict --model bundled --text a --beams 0 | beam",
        "predict --model bundled --text a --max-length 1 | length",
        "evaluate --run RUN --confidence 0.95 | --confidence is 0.95, expected percent",
        "bench --steps 0 | --steps is 0",
        "bench --layers --steps 0 | --steps is 0",
        "bench --batch-size 0 | --batch-size is 0",
        "bench --length 0 | --length is 0",
        "bench --precision bf61 | bf16",
        "bench --method full --precision bf16 | --precision",
        "bench --method compacter[n=5] | method compacter[n=5]",
        "efficiency --batch-size 0 | --batch-size is 0",
        "efficiency --max-train-samples -1 | --max-train-samples is -1",
        "efficiency --threads 0 | --threads is 0"
      })
  void wrongUsageIsOneLine(String command, String named) {
    String line = here(command.replace("RUN", run.toString()).split(" ")).errorLine(2);
    assertTrue(line.contains(named), line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train --task LONG",
        "train --task sst2 --steps LONG",
        "train --task sst2 --model LONG",
        "train --task sst2 --method LONG",
        "train --task sst2 --method compacter[LONG]",
        "train --task sst2 --method compacter[n=LONG]",
        "train --task sst2 --method full[LONG=1]",
        "train --task sst2 --method full[LONG",
        "train --task sst2 --precision LONG",
        "train --task sst2 --protocol LONG",
        "train --task sst2 --pooling LONG --model minilm",
        "train --task sst2 LONG",
        "LONG",
        "bench LONG",
        "results --by LONG .",
        "predict --run RUN --text a --base LONG",
        "evaluate --run RUN --split LONG",
        "sweep docs/sweeps/small.yaml --cell LONG",
        "sweep docs/sweeps/small.yaml --engine LONG"
      })
  void whatAUserWroteIsQuotedInBounds(String command) {
    String text = "x".repeat(5000);
    Answer answer = here(command.replace("LONG", text).replace("RUN", run.toString()).split(" "));
    assertTrue(answer.status() > 0, answer.out());
    assertFalse(answer.err().contains("x".repeat(200)), command + ": " + answer.err());
    assertEquals(1, answer.err().lines().count(), answer.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train --task sst2 --steps many | --steps: expected a whole number of up to 2147483647, found 'many'",
        "train --task sst2 --lr fast | --lr: expected a number, found 'fast'",
        "train --task sst2 --seed 1.5 | --seed: expected a whole number, found '1.5'",
        "sweep a.yaml --workers two | --workers: expected a whole number of up to",
        "train --task sst2 more | takes no argument 'more'"
      })
  void valuesAreAskedForInAUsersWords(String command, String expected) {
    String line = here(command.split(" ")).errorLine(2);
    assertTrue(line.contains(expected), line);
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
    JsonNode rows =
        here("predict", "--run", run.toString(), "--input", input.toString(), "--json").json();
    assertEquals(2, rows.size());
    assertTrue(rows.get(0).isTextual(), rows.toString());
    assertEquals(3, rows.get(1).required("line").asInt());
    assertTrue(rows.get(1).required("error").asText().startsWith("expected 2"), rows.toString());
    Files.writeString(input, "text\nfine\n");
    line = here("predict", "--run", run.toString(), "--input", input.toString()).errorLine(1);
    assertTrue(line.contains("input.tsv, line 1: ") && line.contains("sentence"), line);
  }

  /** Before anything is written, and by a line that names the folder. */
  @Test
  void foldersOfEncodersThatCannotBeReadAreNamed() throws IOException {
    Path model = Files.createDirectories(folder.resolve("encoder"));
    ObjectNode config = (ObjectNode) Goldens.file("bert_tiny.json").required("config");
    Files.writeString(model.resolve("config.json"), config.toString());
    Files.write(model.resolve("pytorch_model.bin"), new byte[] {80, 75, 3, 4});
    assertTrue(refusal(model).contains("holds pytorch_model.bin, pickled"), refusal(model));
    for (String positions : List.of("relative_key", "rotary")) {
      config.put("position_embedding_type", positions);
      Files.writeString(model.resolve("config.json"), config.toString());
      String expected = "position_embedding_type is '" + positions + "', expected 'absolute'";
      assertTrue(refusal(model).contains(expected), refusal(model));
    }
  }

  private String refusal(Path model) {
    Path out = folder.resolve("never");
    String[] train = {
      "train",
      "--model",
      model.toString(),
      "--task",
      "sst2",
      "--data",
      everyday(),
      "--out",
      "" + out
    };
    String line = here(train).errorLine(1);
    assertTrue(line.contains(model.toString()), line);
    assertFalse(Files.exists(out), line);
    return line;
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
}
