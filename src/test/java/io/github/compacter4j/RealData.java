package io.github.compacter4j;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Real benchmark files and tokenizers, which are not in the repository. */
public final class RealData {
  private RealData() {}

  /**
   * A file or folder under COMPACTER4J_DATA; the test is skipped, naming it, where it is missing.
   */
  public static Path require(String path) {
    String root = System.getenv("COMPACTER4J_DATA");
    assumeTrue(
        root != null && !root.isBlank(), "skipped: COMPACTER4J_DATA is not set, needs " + path);
    Path found = Path.of(root).resolve(path);
    assumeTrue(Files.exists(found), "skipped: not found: " + found);
    return found;
  }
}
