package io.github.compacter4j;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.compacter4j.download.DownloadProgress;
import io.github.compacter4j.hub.HubCache;
import io.github.compacter4j.hub.ModelFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The published encoder that tests use, which is not in the repository. */
public final class RealModel {
  private static final String ADVICE = "needs minilm: ./compacter4j models fetch minilm";

  /** What the launcher tells of the user's own cache, since tests have another. */
  private static final String USERS_CACHE = "COMPACTER4J_USERS_CACHE";

  private RealModel() {}

  /**
   * The folder of all-MiniLM-L6-v2, which tests then find by its short name too; where it is
   * missing the test fails if {@code CI} is set, and is skipped, saying so, elsewhere.
   */
  public static Path minilm() {
    Optional<Path> folder = find();
    if (System.getenv("CI") != null) {
      assertTrue(folder.isPresent(), ADVICE);
    }
    assumeTrue(folder.isPresent(), "skipped: " + ADVICE);
    return folder.get();
  }

  private static Optional<Path> find() {
    ModelFolders ofTests = ModelFolders.usual(DownloadProgress.NONE);
    Optional<Path> there = ofTests.cached(ModelFolders.MINILM);
    return there.isPresent() ? there : link(ofTests);
  }

  private static Optional<Path> link(ModelFolders ofTests) {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put(UserCache.VARIABLE, environment.getOrDefault(USERS_CACHE, ""));
    Path models = UserCache.folder(environment).resolve("models");
    HubCache hub = HubCache.ofEnvironment(DownloadProgress.NONE);
    Optional<Path> found = new ModelFolders(hub, models).cached(ModelFolders.MINILM);
    found.ifPresent(folder -> link(ofTests.own().resolve(folder.getFileName()), folder));
    return ofTests.cached(ModelFolders.MINILM);
  }

  private static void link(Path link, Path folder) {
    try {
      Files.createDirectories(link.getParent());
      Files.createSymbolicLink(link, folder);
    } catch (FileAlreadyExistsException e) {
      // by another process of tests
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
