package io.github.compacter4j;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.compacter4j.download.DownloadProgress;
import io.github.compacter4j.hub.ModelFolders;
import java.nio.file.Path;
import java.util.Optional;

/** The published encoder that tests use, which is not in the repository. */
public final class RealModel {
  private static final String ADVICE = "needs minilm: ./compacter4j models fetch minilm";

  private RealModel() {}

  /**
   * The folder of all-MiniLM-L6-v2; where it is missing the test fails if {@code CI} is set, and is
   * skipped, saying so, elsewhere.
   */
  public static Path minilm() {
    Optional<Path> folder = ModelFolders.usual(DownloadProgress.NONE).cached(ModelFolders.MINILM);
    if (System.getenv("CI") != null) {
      assertTrue(folder.isPresent(), ADVICE);
    }
    assumeTrue(folder.isPresent(), "skipped: " + ADVICE);
    return folder.get();
  }
}
