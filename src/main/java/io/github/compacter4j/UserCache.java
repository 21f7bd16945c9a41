package io.github.compacter4j;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

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
    return named(environment, VARIABLE)
        .or(() -> named(environment, "XDG_CACHE_HOME").map(cache -> cache.resolve("compacter4j")))
        .orElseGet(() -> home(environment).resolve(".cache").resolve("compacter4j"))
        .toAbsolutePath()
        .normalize();
  }

  /** Java takes {@code user.home} from the password file, users expect HOME. */
  private static Path home(Map<String, String> environment) {
    return named(environment, "HOME").orElseGet(() -> Path.of(System.getProperty("user.home")));
  }

  private static Optional<Path> named(Map<String, String> environment, String variable) {
    return Stream.ofNullable(environment.get(variable))
        .filter(value -> !value.isBlank())
        .map(Path::of)
        .findFirst();
  }
}
