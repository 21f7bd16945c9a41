package io.github.compacter4j.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import io.github.compacter4j.learner.ModelFiles;
import io.github.compacter4j.learner.Pretrained;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsTest {
  @TempDir Path folder;

  @Test
  void saysInOneLineThatItTakesTheBundledModel() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    String missing = folder.resolve("missing").toString();
    try (Pretrained model = Models.orBundled(missing)) {
      assertEquals(ModelFiles.BUNDLED, model.name());
    } finally {
      System.setOut(before);
    }
    String said = out.toString(StandardCharsets.UTF_8).strip();
    assertEquals(1, said.lines().count(), said);
    assertTrue(said.contains(missing) && said.contains("bundled"), said);
  }

  @Test
  void takesNoOtherModelWhereTheFilesCannotBeRead() {
    assertThrows(UserException.class, () -> Models.orBundled(folder.toString()));
  }
}
