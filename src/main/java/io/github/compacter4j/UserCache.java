package io.github.compacter4j;

import java.nio.file.Path;
import java.util.Map;

/** The user's own folder for what can be fetched or computed again. */
public final class UserCache {
  /** The environment variable that names the folder. */
  public static final String VARIABLE = "COMPACTER4J_CACHE";

  private UserCache() {}

  /**
   * The folder named by {@code COMPACTER4J_CACHE}, else {@code $XDG_CACHE_HOME/compacter4j}, else
   * {@code ~/.cache/compacter4j}; it need not exist.
   */
  public static Path folder() {
    return folder(System.getenv());
  }

  static Path folder(Map<String, String> environment) {
    Variables variables = new Variables(environment);
    return variables
        .folder(VARIABLE)
        .or(() -> variables.folder("XDG_CACHE_HOME").map(cache -> cache.resolve("compacter4j")))
        .orElseGet(() -> variables.path("~/.cache/compacter4j"));
  }
}
