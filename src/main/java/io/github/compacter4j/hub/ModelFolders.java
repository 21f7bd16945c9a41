package io.github.compacter4j.hub;

import io.github.compacter4j.UserCache;
import io.github.compacter4j.UserException;
import io.github.compacter4j.download.DownloadProgress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Folders of published models by name: in the hub's shared cache, in the user's own cache, where
 * the launcher lays what it obtains from PyPI, and on the hub.
 *
 * @param hub the hub and its cache
 * @param own the folder of models in the user's own cache
 */
public record ModelFolders(HubCache hub, Path own) {
  /** The short name of the published encoder that the launcher obtains. */
  public static final String MINILM = "minilm";

  /** What {@link #MINILM} is called on the hub. */
  public static final String MINILM_REPOSITORY = "sentence-transformers/all-MiniLM-L6-v2";

  /** The places that the environment names; {@code progress} hears of downloads. */
  public static ModelFolders usual(DownloadProgress progress) {
    return new ModelFolders(HubCache.ofEnvironment(progress), UserCache.folder().resolve("models"));
  }

  /** The name on the hub that a name stands for. */
  public static String repository(String name) {
    return name.equals(MINILM) ? MINILM_REPOSITORY : name;
  }

  private static HubFiles wanted(String repository) {
    return repository.equals(MINILM_REPOSITORY) ? HubFiles.SENTENCE_ENCODER : HubFiles.MODEL;
  }

  /** The folder of a model in one of the caches, all of whose files are there; asks nobody. */
  public Optional<Path> cached(String name) {
    String repository = repository(name);
    return hub.cached(repository, wanted(repository)).or(() -> inOwn(repository));
  }

  private Optional<Path> inOwn(String repository) {
    return Optional.of(own.resolve(repository.replace("/", "--")))
        .filter(folder -> repository.equals(MINILM_REPOSITORY))
        .filter(
            folder ->
                minilmFiles().stream().allMatch(name -> Files.isRegularFile(folder.resolve(name))));
  }

  /** The names of the files that the launcher obtains, each checked against its SHA-256. */
  private static List<String> minilmFiles() {
    try (InputStream in = ModelFolders.class.getResourceAsStream("minilm.sha256");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return lines.lines().map(line -> line.split("\\s+")[1]).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The folder of a model, which is downloaded into the hub's shared cache unless a cache has it.
   *
   * @param name {@code minilm}, or a name on the hub
   * @throws UserException where it can be had nowhere, or the name cannot be one
   */
  public Path folder(String name) {
    String repository = repository(name);
    return cached(name)
        .orElseGet(
            () -> {
              try {
                return hub.folder(repository, wanted(repository));
              } catch (UserException e) {
                throw repository.equals(MINILM_REPOSITORY) ? absent(name, e) : e;
              }
            });
  }

  private UserException absent(String name, UserException why) {
    return new UserException(
        "model '%s' is not in %s; ./compacter4j models fetch minilm obtains it. The hub: %s"
            .formatted(name, own, why.getMessage()));
  }
}
