package io.github.compacter4j.phm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The project's promise: the whole idea of Compacter, short enough to read in one sitting. */
class PhmSizeTest {
  @Test
  void allFilesTogetherHaveFewerThanThreeHundredLines() throws IOException {
    Path folder = Home.folder().orElseThrow().resolve("src/main/java/io/github/compacter4j/phm");
    int lines = 0;
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> sources = files.toList();
      assertTrue(sources.size() >= 3, sources.toString());
      for (Path file : sources) {
        lines += Files.readAllLines(file).size();
      }
    }
    assertTrue(lines < 300, lines + " lines");
  }
}
