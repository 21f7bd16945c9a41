package io.github.compacter4j.adapters;

import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.methods.Methods;
import io.github.compacter4j.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Adapters on disk: which there are, and their averages. */
public final class AdapterLibrary {
  private AdapterLibrary() {}

  /**
   * The adapters below a folder, a row each, sorted by folder.
   *
   * @throws UserException if the folder or an adapter's description cannot be read
   */
  public static Table list(Path folder) {
    List<RunFolder> found = find(folder);
    List<AdapterInfo> infos = found.stream().map(RunFolder::readAdapterInfo).toList();
    return Table.create(
        "Adapters in " + folder,
        StringColumn.create("folder", found.stream().map(adapter -> adapter.path().toString())),
        StringColumn.create("task", infos.stream().map(AdapterInfo::task)),
        StringColumn.create("method", infos.stream().map(AdapterInfo::spec)),
        StringColumn.create("base", infos.stream().map(info -> info.model().name())),
        LongColumn.create("seed", infos.stream().mapToLong(AdapterInfo::seed)),
        StringColumn.create("validation", infos.stream().map(info -> text(info.metrics()))),
        LongColumn.create("bytes", found.stream().mapToLong(AdapterLibrary::bytes)));
  }

  private static List<RunFolder> find(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new UserException(folder + ": no such folder");
    }
    try (Stream<Path> folders = Files.walk(folder)) {
      return folders
          .map(RunFolder::new)
          .filter(candidate -> Files.exists(candidate.adapter()))
          .filter(candidate -> Files.exists(candidate.adapterInfo()) || candidate.exists())
          .sorted((a, b) -> a.path().compareTo(b.path()))
          .toList();
    } catch (IOException e) {
      throw new UserException(folder + ": cannot be read", e);
    }
  }

  private static String text(Map<String, Double> metrics) {
    return metrics.entrySet().stream()
        .map(metric -> String.format(Locale.ROOT, "%s %.2f", metric.getKey(), metric.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static long bytes(RunFolder adapter) {
    try {
      return Files.size(adapter.adapter());
    } catch (IOException e) {
      throw new UserException(adapter.adapter() + ": cannot be read", e);
    }
  }

  /**
   * Writes an adapter whose every tensor is the mean of those of other adapters.
   *
   * <p>The mean of factors is not the mean of their products: adapters of one start, such as runs
   * with one seed on different rows, average best.
   *
   * @param out a folder that has no adapter yet
   * @param folders at least two adapters of one method, base model and task
   * @throws UserException naming the first that differs from the others and in what
   */
  public static void average(Path out, List<Path> folders) {
    if (folders.size() < 2) {
      throw UserException.usage("an average needs at least two adapters, found " + folders.size());
    }
    RunFolder target = WrittenAdapter.free(out);
    List<RunFolder> sources = folders.stream().map(RunFolder::new).toList();
    AdapterInfo first = sources.get(0).readAdapterInfo();
    sources.forEach(source -> requireAlike(first, source));
    AdapterFile.average(
        sources.stream().map(RunFolder::adapter).toList(),
        Methods.parse(first.spec())::isFixed,
        target.adapter());
    first.withMetrics(Map.of()).withTaskFile(commonTaskFile(sources)).write(target.adapterInfo());
  }

  /** The file that defines the task of all, or nothing. */
  private static String commonTaskFile(List<RunFolder> sources) {
    List<String> files = sources.stream().map(RunFolder::taskFile).distinct().toList();
    return files.size() == 1 ? files.get(0) : "";
  }

  /** Writes the mean of adapters whose folders are named one by one. */
  public static void average(Path out, Path... folders) {
    average(out, Arrays.asList(folders));
  }

  private static void requireAlike(AdapterInfo first, RunFolder source) {
    AdapterInfo info = source.readAdapterInfo();
    requireEqual(source, "method", first.spec(), info.spec());
    requireEqual(source, "base model", first.model().sha256(), info.model().sha256());
    requireEqual(source, "task", first.task(), info.task());
    if (Methods.parse(first.spec()).needsSeed()) {
      requireEqual(source, "seed, which draws a part of it,", first.seed(), info.seed());
    }
  }

  /** Refuses an adapter of which something is not as the first one's. */
  static void requireEqual(RunFolder source, String what, Object expected, Object found) {
    if (!expected.equals(found)) {
      throw new UserException(
          "%s: its %s is %s, the first adapter's is %s"
              .formatted(source.path(), what, found, expected));
    }
  }
}
