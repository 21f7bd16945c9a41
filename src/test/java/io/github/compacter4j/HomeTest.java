package io.github.compacter4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {
  @TempDir Path folder;

  @Test
  void isTheNearestParentWithPomAndData() throws IOException {
    Files.createFile(folder.resolve("pom.xml"));
    Path deep = Files.createDirectories(folder.resolve("notebooks/data"));
    assertEquals(Optional.empty(), Home.folder(Map.of(), deep));
    Files.createDirectory(folder.resolve("data"));
    assertEquals(Optional.of(folder), Home.folder(Map.of(), deep));
  }

  @Test
  void theVariableWins() {
    assertEquals(
        Optional.of(folder), Home.folder(Map.of("COMPACTER4J_HOME", "" + folder), Path.of("/")));
    Map<String, String> wrong = Map.of("COMPACTER4J_HOME", "/no/such/folder");
    UserException e = assertThrows(UserException.class, () -> Home.folder(wrong, folder));
    assertTrue(e.getMessage().contains("/no/such/folder"), e.getMessage());
  }
}
