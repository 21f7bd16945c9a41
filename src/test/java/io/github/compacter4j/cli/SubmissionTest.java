package io.github.compacter4j.cli;

import static io.github.compacter4j.cli.Answer.here;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Home;
import io.github.compacter4j.RealData;
import io.github.compacter4j.torch.OneThread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Zips for the benchmarks' servers, from runs of one step on real files. */
@ExtendWith(OneThread.class)
class SubmissionTest {
  @TempDir static Path shared;
  @TempDir Path folder;

  @BeforeAll
  static void train() {
    for (String task : List.of("copa", "wsc")) {
      train(task, RealData.require("superglue").getParent());
    }
    train("sst2", Home.folder().orElseThrow().resolve("data/everyday-sentiment"));
  }

  private static void train(String task, Path data) {
    String command = "train --method bitfit --steps 1 --max-train-samples 32 --decode labels";
    Answer answer =
        here((command + " --task " + task + " --data " + data + " --out " + run(task)).split(" "));
    assertEquals(0, answer.status(), answer.err());
  }

  private static String run(String task) {
    return shared.resolve(task).toString();
  }

  private Answer submit(Path zip, String... tasks) {
    StringBuilder command = new StringBuilder("predict --submission " + zip);
    for (String task : tasks) {
      command.append(" --run ").append(run(task));
    }
    return here(command.toString().split(" "));
  }

  private static Map<String, List<String>> entries(Path zip) {
    Map<String, List<String>> entries = new LinkedHashMap<>();
    try (ZipFile file = new ZipFile(zip.toFile())) {
      for (ZipEntry entry : Collections.list(file.entries())) {
        byte[] bytes = file.getInputStream(entry).readAllBytes();
        entries.put(entry.getName(), new String(bytes, StandardCharsets.UTF_8).lines().toList());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return entries;
  }

  @Test
  void twoRunsFillTwoFilesAndTheRestIsNamed() throws IOException {
    Path zip = folder.resolve("superglue.zip");
    Answer told = submit(zip, "wsc", "copa");
    assertEquals(0, told.status(), told.err());
    Map<String, List<String>> entries = entries(zip);
    assertEquals(List.of("COPA.jsonl", "WSC.jsonl"), List.copyOf(entries.keySet()));
    List<String> copa = entries.get("COPA.jsonl");
    assertEquals(500, copa.size());
    assertTrue(copa.get(499).matches("\\{\"idx\":499,\"label\":[01]\\}"), copa.get(499));
    List<String> wsc = entries.get("WSC.jsonl");
    assertEquals(146, wsc.size());
    assertTrue(wsc.get(0).matches("\\{\"idx\":0,\"label\":\"(True|False)\"\\}"), wsc.get(0));
    assertTrue(told.out().contains("BoolQ.jsonl   missing: no run on boolq"), told.out());
    assertTrue(told.out().contains("AX-g.jsonl    missing: no run on superglue-rte"), told.out());
    byte[] bytes = Files.readAllBytes(zip);
    JsonNode json =
        here(
                "predict",
                "--submission",
                zip.toString(),
                "--run",
                run("copa"),
                "--run",
                run("wsc"),
                "--json")
            .json();
    assertArrayEquals(bytes, Files.readAllBytes(zip));
    assertEquals(8, json.required("missing").size());
    assertEquals(500, json.at("/files/0/rows").asInt());
    assertEquals(500, json.at("/files/0/officialRows").asInt());
    assertEquals(0, json.at("/files/0/unreadable").asInt());
  }

  @Test
  void mistakesAreOneLineAndWriteNothing() {
    Path zip = folder.resolve("none.zip");
    assertTrue(submit(zip, "copa", "sst2").errorLine(2).contains("a zip each"));
    assertTrue(submit(zip, "copa", "copa").errorLine(2).contains("one run a task"));
    assertTrue(submit(zip, "sst2").errorLine(1).contains("no official test rows"));
    assertTrue(submit(zip, "absent").errorLine(1).contains("absent"));
    assertTrue(
        here("predict", "--submission", zip.toString(), "--model", "bundled", "--text", "a")
            .errorLine(2)
            .contains("--run"));
    assertTrue(
        here("predict", "--run", run("copa"), "--run", run("wsc"), "--text", "a")
            .errorLine(2)
            .contains("one --run"));
    assertFalse(Files.exists(zip));
  }
}
