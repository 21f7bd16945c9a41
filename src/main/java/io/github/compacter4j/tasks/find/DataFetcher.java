package io.github.compacter4j.tasks.find;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.github.compacter4j.UserCache;
import io.github.compacter4j.UserException;
import io.github.compacter4j.download.Download;
import io.github.compacter4j.download.DownloadLimits;
import io.github.compacter4j.download.DownloadProgress;
import io.github.compacter4j.download.UnreachableException;
import io.github.compacter4j.download.WebClient;
import io.github.compacter4j.files.Folders;
import io.github.compacter4j.files.Hashes;
import io.github.compacter4j.files.ProcessLock;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Downloads the benchmarks' official archives, checks them and unpacks them. What is there is left
 * as it is, a broken download continues, and several threads and processes may fetch at once.
 */
public final class DataFetcher {
  /** The environment variable that names a mirror, or a folder, instead of the official server. */
  public static final String BASE_VARIABLE = "COMPACTER4J_DATA_BASE";

  private static final String ADVICE =
      "try again later, or name a mirror or a folder with --base or " + BASE_VARIABLE;

  private final Map<String, OfficialSet> sets;
  private final DownloadLimits limits;
  private final Path data;
  private final ArchiveBase base;
  private final DownloadProgress progress;

  /**
   * What became of a task.
   *
   * @param task its name
   * @param folder where its files are now
   * @param fetched whether they were fetched; false where they were there
   */
  public record Fetched(
      String task, @JsonSerialize(using = ToStringSerializer.class) Path folder, boolean fetched) {}

  DataFetcher(
      Map<String, OfficialSet> sets,
      DownloadLimits limits,
      Path data,
      ArchiveBase base,
      DownloadProgress progress) {
    this.sets = sets;
    this.limits = limits;
    this.data = data;
    this.base = base;
    this.progress = progress;
  }

  /**
   * Fetches into the user's cache, from the base that {@code COMPACTER4J_DATA_BASE} names, else
   * from the official server.
   *
   * @throws UserException (wrong usage) where the variable names no base
   */
  public static DataFetcher usual() {
    ArchiveBase base =
        Optional.ofNullable(System.getenv(BASE_VARIABLE))
            .filter(text -> !text.isBlank())
            .map(ArchiveBase::parse)
            .orElse(ArchiveBase.OFFICIAL);
    return new DataFetcher(
        OfficialSet.all(), DownloadLimits.USUAL, cache(), base, DownloadProgress.NONE);
  }

  /** The folder of fetched data in the user's cache. */
  static Path cache() {
    return UserCache.folder().resolve("data");
  }

  /** This fetcher into another folder, which then holds {@code glue/RTE} and the like. */
  public DataFetcher to(Path folder) {
    return new DataFetcher(sets, limits, folder, base, progress);
  }

  /**
   * This fetcher from another base.
   *
   * @param from an address, or a folder, with the official server's paths below it
   * @throws UserException (wrong usage) where it is neither
   */
  public DataFetcher base(String from) {
    return new DataFetcher(sets, limits, data, ArchiveBase.parse(from), progress);
  }

  /** This fetcher, telling how far downloads are. */
  public DataFetcher progress(DownloadProgress listener) {
    return new DataFetcher(sets, limits, data, base, listener);
  }

  /**
   * Makes a task's official files be there.
   *
   * @throws UserException where the task has none; where the server cannot be reached or has
   *     something else; where the folder cannot be written or holds something else
   */
  public Fetched fetch(Findable task) {
    OfficialSet set =
        set(task, sets)
            .orElseThrow(
                () -> new UserException("task " + task.name() + ": no official archive is known"));
    String label = "task " + task.name();
    try {
      return new Fetched(task.name(), data.resolve(set.folder()), fetch(set, label));
    } catch (InterruptedException | ClosedByInterruptException | FileLockInterruptionException e) {
      Thread.currentThread().interrupt();
      throw new UserException(label + ": download interrupted; run again to continue it");
    } catch (UnreachableException e) {
      throw new UserException(
          ("%s: fetching from %s failed (%s): connect and try again (a broken download continues;"
                  + " --base or %s names a mirror or a folder, Java's https.proxyHost a proxy)")
              .formatted(label, base, e.getMessage(), BASE_VARIABLE));
    } catch (IOException e) {
      throw new UserException(label + ": cannot be kept in " + data, e);
    }
  }

  /** Whether a task has official files to fetch. */
  static boolean isOfficial(Findable task) {
    return set(task, OfficialSet.all()).isPresent();
  }

  private static Optional<OfficialSet> set(Findable task, Map<String, OfficialSet> sets) {
    return task.editions().stream()
        .filter(Edition::official)
        .flatMap(edition -> edition.locations().stream())
        .filter(sets::containsKey)
        .map(sets::get)
        .findFirst();
  }

  private boolean fetch(OfficialSet set, String label) throws IOException, InterruptedException {
    Path folder = data.resolve(set.folder());
    if (isThere(set, folder)) {
      return false;
    }
    Path downloads = data.resolve(".downloads");
    Path file = downloads.resolve(set.key() + ".lock");
    try (ProcessLock lock = ProcessLock.take(file, progress::waits)) {
      if (isThere(set, folder)) { // another one was faster
        return false;
      }
      Download download =
          new Download(new WebClient(limits, at -> Map.of()), limits, progress, ADVICE);
      List<Path> archives = new ArrayList<>();
      for (OfficialSet.Archive archive : set.archives()) {
        Path to = downloads.resolve(set.key() + "-" + archive.name());
        archives.add(base.bring(archive, label + ", " + archive.name(), to, download));
      }
      unpack(set, archives, folder);
      for (Path archive : archives) {
        if (archive.startsWith(downloads)) {
          Files.delete(archive);
        }
      }
      return true;
    }
  }

  private static boolean isThere(OfficialSet set, Path folder) {
    List<String> missing = set.missing(folder);
    if (!missing.isEmpty() && Files.exists(folder)) {
      throw new UserException(
          "%s: expected nothing or all official files, found no %s there; move it away, then fetch"
              .formatted(folder, String.join(", ", missing)));
    }
    return missing.isEmpty();
  }

  /** Unpacks beside the folder and renames, so that a folder is always whole. */
  private static void unpack(OfficialSet set, List<Path> archives, Path folder) throws IOException {
    Path beside = folder.resolveSibling("." + set.name() + ".incomplete");
    Folders.delete(beside);
    Files.createDirectories(beside);
    try {
      for (int i = 0; i < archives.size(); i++) {
        OfficialSet.Archive archive = set.archives().get(i);
        if (archive.isZip()) {
          ZipFolder.unpack(archives.get(i), set.name(), set.files(), beside);
        } else {
          Files.copy(archives.get(i), beside.resolve(archive.file()));
        }
      }
      StringBuilder sums = new StringBuilder();
      for (String file : set.files()) {
        sums.append(Hashes.sha256(beside.resolve(file))).append("  ").append(file).append('\n');
      }
      Files.writeString(beside.resolve(OfficialSet.SUMS), sums);
      Files.move(beside, folder, ATOMIC_MOVE);
    } finally {
      Folders.delete(beside);
    }
  }
}
