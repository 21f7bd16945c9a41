package io.github.compacter4j;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The project's own folder, where the bundled model and the shipped data lie under {@code data}.
 */
public final class Home {
  /** The environment variable that names the folder. */
  public static final String VARIABLE = "COMPACTER4J_HOME";

  private Home() {}

  /**
   * The folder named by {@code COMPACTER4J_HOME}, else the working directory or its nearest parent
   * that holds a {@code pom.xml} and a folder {@code data}; empty where there is none.
   *
   * @throws UserException where the variable names something that is not a folder
   */
  public static Optional<Path> folder() {
    return folder(System.getenv(), Path.of(""));
  }

  static Optional<Path> folder(Map<String, String> environment, Path workingDirectory) {
    Optional<Path> named = new Variables(environment).folder(VARIABLE);
    if (named.isPresent()) {
      return Optional.of(existing(named.get()));
    }
    for (Path at = workingDirectory.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
      if (Files.isRegularFile(at.resolve("pom.xml")) && Files.isDirectory(at.resolve("data"))) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }

  private static Path existing(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new UserException(VARIABLE + " is " + folder + ": expected a folder, found none there");
    }
    return folder;
  }
}
