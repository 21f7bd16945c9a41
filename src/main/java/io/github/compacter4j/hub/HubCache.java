package io.github.compacter4j.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.download.DownloadLimits;
import io.github.compacter4j.download.DownloadProgress;
import io.github.compacter4j.download.UnreachableException;
import io.github.compacter4j.files.Json;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The cache of Hugging Face models that is shared with Python: what is there is used as it is,
 * without any request; what is not is downloaded into it, in the hub's own layout.
 *
 * <p>It lies at {@code HF_HUB_CACHE}, else {@code HUGGINGFACE_HUB_CACHE}, else {@code
 * $HF_HOME/hub}, else {@code $XDG_CACHE_HOME/huggingface/hub}, else {@code
 * ~/.cache/huggingface/hub}; {@link HubSettings} has the other variables, and Java's proxy
 * properties are heeded. Several threads and processes may fetch the same model at once;
 * interrupting a thread ends its download, which the next one continues.
 */
public final class HubCache {
  private static final List<String> PICKLES =
      List.of("pytorch_model.bin", "pytorch_model.bin.index.json");

  private final HubSettings settings;
  private final DownloadProgress progress;
  private final DownloadLimits limits;
  private final HubLayout.Linker linker;

  /** The cache that the process's environment names. */
  public static HubCache ofEnvironment(DownloadProgress progress) {
    return new HubCache(System.getenv(), progress);
  }

  /**
   * A cache as an environment describes it.
   *
   * @param environment the variables, such as {@code System.getenv()}
   * @param progress hears of downloads; {@link DownloadProgress#NONE} for none
   */
  public HubCache(Map<String, String> environment, DownloadProgress progress) {
    this(environment, progress, DownloadLimits.USUAL, Files::createSymbolicLink);
  }

  HubCache(
      Map<String, String> environment,
      DownloadProgress progress,
      DownloadLimits limits,
      HubLayout.Linker linker) {
    this.settings = new HubSettings(environment);
    this.progress = settings.hidesProgress() ? progress.withoutBytes() : progress;
    this.limits = limits;
    this.linker = linker;
  }

  /** The folder of all cached repositories. */
  public Path root() {
    return settings.root();
  }

  /**
   * The folder of a T5: {@code config.json}, {@code tokenizer.json} and safetensors weights, with
   * {@code spiece.model} and {@code tokenizer_config.json} where the repository has them.
   *
   * @param repo name on the hub, such as {@code t5-base} or {@code google/t5-v1_1-small}
   * @throws UserException as {@link #folder(String, HubFiles)}
   */
  public Path folder(String repo) {
    return folder(repo, HubFiles.MODEL);
  }

  /**
   * The snapshot folder of a repository, with the wanted files in it.
   *
   * @param repo name on the hub, such as {@code t5-base} or {@code google/t5-v1_1-small}
   * @param wanted the files
   * @throws UserException where the name cannot be one (wrong usage); where files are missing from
   *     the cache and requests are forbidden or fail; where the repository is unknown, closed to
   *     this user, or has no such files; where what comes is damaged or cannot be kept
   */
  public Path folder(String repo, HubFiles wanted) {
    HubLayout layout = new HubLayout(root(), repo, linker);
    Optional<Path> cached = cached(layout, wanted);
    if (cached.isPresent()) {
      return cached.get();
    }
    Optional<String> offline = settings.offline();
    if (offline.isPresent()) {
      throw unavailable(
          repo, layout, wanted, offline.get() + " forbids fetching: unset it to download");
    }
    try {
      return fetch(repo, layout, wanted);
    } catch (InterruptedException | ClosedByInterruptException | FileLockInterruptionException e) {
      Thread.currentThread().interrupt();
      throw new UserException(
          "model '" + repo + "': download interrupted; run again to continue it");
    } catch (UnreachableException e) {
      throw unavailable(
          repo,
          layout,
          wanted,
          ("fetching from %s failed (%s): connect and try again (a broken download continues;"
                  + " HF_ENDPOINT names a mirror, Java's https.proxyHost a proxy)")
              .formatted(settings.endpoint(), e.getMessage()));
    } catch (IOException e) {
      throw new UserException(
          "model '" + repo + "': cannot keep it in the cache " + layout.folder(), e);
    }
  }

  /**
   * The snapshot folder of a repository where the cache has all wanted files; makes no request.
   *
   * @throws UserException where the name cannot be one (wrong usage), or the cache's index of
   *     shards cannot be read
   */
  public Optional<Path> cached(String repo, HubFiles wanted) {
    return cached(new HubLayout(root(), repo, linker), wanted);
  }

  /** The names of all repositories of which something is cached, sorted. */
  public List<String> repositories() {
    if (!Files.isDirectory(root())) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(root())) {
      return folders
          .map(folder -> folder.getFileName().toString())
          .filter(name -> name.startsWith(HubLayout.PREFIX))
          .map(name -> name.substring(HubLayout.PREFIX.length()).replace("--", "/"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UserException(root() + ": cannot read the cache", e);
    }
  }

  private static Optional<Path> cached(HubLayout layout, HubFiles wanted) {
    return layout.snapshot().filter(snapshot -> missing(snapshot, wanted).isEmpty());
  }

  private static List<String> missing(Path snapshot, HubFiles wanted) {
    List<String> files = new ArrayList<>(wanted.required());
    if (wanted.weights() && Files.isRegularFile(snapshot.resolve(HubFiles.INDEX))) {
      if (!Files.isRegularFile(snapshot.resolve(HubFiles.WEIGHTS))) {
        files.addAll(shards(snapshot.resolve(HubFiles.INDEX)));
      }
    } else if (wanted.weights()) {
      files.add(HubFiles.WEIGHTS);
    }
    files.removeIf(name -> Files.isRegularFile(snapshot.resolve(name)));
    return files;
  }

  private static UserException unavailable(
      String repo, HubLayout layout, HubFiles wanted, String why) {
    Path snapshot = layout.snapshot().orElse(layout.folder().resolve("snapshots"));
    return HubRefusal.unavailable(repo, missing(snapshot, wanted), layout, why);
  }

  /** Asks for all files first, so that nothing large is fetched of a repository of no use. */
  private Path fetch(String repo, HubLayout layout, HubFiles wanted)
      throws IOException, InterruptedException {
    HubHttp http = new HubHttp(settings, limits);
    HubDownload download = new HubDownload(http, settings.ofDownloads(limits), progress);
    String anchor = wanted.required().isEmpty() ? "config.json" : wanted.required().get(0);
    HubFile first = http.headOfMain(repo, anchor);
    List<HubFile> files = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (String name : wanted.required()) {
      Optional<HubFile> file = name.equals(anchor) ? Optional.of(first) : http.head(first, name);
      file.ifPresentOrElse(files::add, () -> missing.add(name));
    }
    Optional<HubFile> weights = wanted.weights() ? weights(http, first) : Optional.empty();
    if (wanted.weights() && weights.isEmpty()) {
      missing.add(HubFiles.WEIGHTS);
    }
    if (!missing.isEmpty()) {
      boolean pickled = wanted.weights() && weights.isEmpty() && hasPickle(http, first);
      throw HubRefusal.incomplete(settings.endpoint(), repo, missing, pickled);
    }
    for (String name : wanted.optional()) {
      http.head(first, name).ifPresent(files::add);
    }
    for (HubFile file : files) {
      download.fetch(layout, file);
    }
    if (weights.isPresent()) {
      fetchWeights(http, download, layout, weights.get());
    }
    layout.pointMainTo(first.commit());
    return layout.snapshot(first.commit());
  }

  private static Optional<HubFile> weights(HubHttp http, HubFile sibling)
      throws IOException, InterruptedException {
    Optional<HubFile> whole = http.head(sibling, HubFiles.WEIGHTS);
    return whole.isPresent() ? whole : http.head(sibling, HubFiles.INDEX);
  }

  private static boolean hasPickle(HubHttp http, HubFile sibling)
      throws IOException, InterruptedException {
    for (String name : PICKLES) {
      if (http.head(sibling, name).isPresent()) {
        return true;
      }
    }
    return false;
  }

  private void fetchWeights(HubHttp http, HubDownload download, HubLayout layout, HubFile weights)
      throws IOException, InterruptedException {
    download.fetch(layout, weights);
    if (!weights.name().equals(HubFiles.INDEX)) {
      return;
    }
    List<HubFile> shards = new ArrayList<>();
    for (String name : shards(layout.pointer(weights))) {
      HubFile shard =
          http.head(weights, name)
              .orElseThrow(
                  () ->
                      new UserException(
                          weights.label() + " names " + name + ", which the hub does not have"));
      shards.add(shard);
    }
    for (HubFile shard : shards) {
      download.fetch(layout, shard);
    }
  }

  /** The files that an index of shards names, each once, in order of their names. */
  private static TreeSet<String> shards(Path index) {
    JsonNode map;
    try {
      map = Json.mapper().readTree(Files.readAllBytes(index)).path("weight_map");
    } catch (JsonProcessingException e) {
      throw new UserException(index + ": expected JSON: " + UserException.reason(e));
    } catch (IOException e) {
      throw new UserException(index + ": cannot read it", e);
    }
    if (!map.isObject() || map.isEmpty()) {
      throw new UserException(index + ": expected weight_map with a file for every tensor");
    }
    TreeSet<String> shards = new TreeSet<>();
    for (JsonNode name : map) {
      if (!HubFiles.isPlain(name.asText()) || !name.asText().endsWith(".safetensors")) {
        throw new UserException(
            index
                + ": expected names of safetensors files in weight_map, found "
                + Names.shortened(name.toString()));
      }
      shards.add(name.asText());
    }
    return shards;
  }
}
