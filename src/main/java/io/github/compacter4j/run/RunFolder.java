package io.github.compacter4j.run;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.AdapterFile;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.files.AtomicFiles;
import io.github.compacter4j.files.Folders;
import io.github.compacter4j.files.Json;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.TaskData;
import io.github.compacter4j.tasks.Tasks;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The folder of one run and the names of its files. */
public final class RunFolder {
  /** All that a run writes. */
  private static final Set<String> OWN =
      Set.of(
          "config.json",
          "provenance.json",
          "metrics.jsonl",
          "result.json",
          AdapterFile.NAME,
          AdapterInfo.FILE,
          "checkpoint",
          RunLock.FILE,
          RunLock.OWNER);

  private static final String NAMED =
      "--task-file names the YAML file that defines it, in Java a Task as the last argument does";

  /** The file among the checkpoints that names the one to go on from. */
  public static final String LATEST = "LATEST";

  /** Bytes at the end of the metrics that surely hold a whole line. */
  private static final int TAIL = 8192;

  private final Path path;

  /** The run in this folder, which need not exist. */
  public RunFolder(Path path) {
    this.path = path;
  }

  /** Makes {@code runs/<task>-<method>-s<seed>-NNN} with the first number that is free. */
  public static RunFolder create(Path runs, String task, String method, long seed) {
    for (int number = 1; ; number++) {
      Path path = runs.resolve("%s-%s-s%d-%03d".formatted(task, method, seed, number));
      try {
        Files.createDirectories(runs);
        return new RunFolder(Files.createDirectory(path));
      } catch (FileAlreadyExistsException e) {
        continue; // perhaps made by another process just now
      } catch (IOException e) {
        throw new UserException("cannot make a folder for the run; --out names another place", e);
      }
    }
  }

  /**
   * Refuses a new run that has no room, before a model or rows are read for it.
   *
   * @param folder the run's folder; null for a new one where runs go that have none of their own
   */
  public static void requireRoom(Path folder) {
    Path place = folder == null ? FrontEnd.runs() : folder;
    if (folder == null || !Files.exists(folder)) { // a finished run needs no room
      Folders.requireRoom(place, "--out names another place");
    }
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** The YAML file that defines the task of a run or an adapter; empty for a built-in task. */
  public String taskFile() {
    String task = exists() ? readConfig().task() : readAdapterInfo().taskFile();
    return Tasks.isFile(task) ? task : "";
  }

  /**
   * The task of a run or an adapter.
   *
   * @throws UserException saying what would do where the YAML file that defined it is not there, or
   *     an adapter's task is known by no name
   */
  public Task task() {
    String file = taskFile();
    if (!file.isEmpty()) {
      if (!Files.isRegularFile(Path.of(file))) {
        throw new UserException(
            "%s: its task was defined in %s, which is not there; %s".formatted(path, file, NAMED));
      }
      return Tasks.named(file);
    }
    String name = exists() ? readConfig().task() : readAdapterInfo().task();
    if (Tasks.builtIn().stream().noneMatch(known -> known.name().equals(name))) {
      throw UserException.usage(
          "%s: its task '%s' is not built in; %s".formatted(path, Names.shortened(name), NAMED));
    }
    return Tasks.named(name);
  }

  /** The best weights. */
  public Path adapter() {
    return path.resolve(AdapterFile.NAME);
  }

  /** What {@code adapter.json} says of them. */
  public Path adapterInfo() {
    return path.resolve(AdapterInfo.FILE);
  }

  /**
   * What is known of the best weights; in a folder of the first version, which has no {@code
   * adapter.json}, from the run's settings.
   *
   * @throws UserException if there is no adapter
   */
  public AdapterInfo readAdapterInfo() {
    if (Files.exists(adapterInfo())) {
      return AdapterInfo.read(adapterInfo());
    }
    if (!exists()) {
      throw new UserException(
          path + ": no adapter here, neither " + AdapterInfo.FILE + " nor config.json is there");
    }
    RunConfig config = readConfig();
    return new AdapterInfo(
        config.spec(),
        new AdapterInfo.Base(config.model(), config.modelSha256()),
        config.task(),
        config.seed(),
        isFinished() ? readResult().validation().metrics() : Map.of());
  }

  /** The settings as JSON. */
  public Path config() {
    return path.resolve("config.json");
  }

  /** The result as JSON. */
  public Path resultFile() {
    return path.resolve("result.json");
  }

  /** Where the result comes from, as JSON. */
  public Path provenance() {
    return path.resolve("provenance.json");
  }

  /** The folder of what an interrupted run goes on from. */
  public Path checkpoints() {
    return path.resolve("checkpoint");
  }

  /** A line of JSON for each step and each evaluation. */
  public Path metricsFile() {
    return path.resolve("metrics.jsonl");
  }

  /** Whether the run has ended with a result. */
  public boolean isFinished() {
    return Files.exists(resultFile());
  }

  /** Whether a run was begun here. */
  public boolean exists() {
    return Files.exists(config());
  }

  /** In which file the data differs from what the run was begun with, if it does. */
  public Optional<String> otherData(TaskData data) {
    if (!Files.exists(provenance())) {
      return Optional.empty();
    }
    Map<String, String> before = Json.read(provenance(), Provenance.class).dataSha256();
    Map<String, String> now = data.sha256();
    return Stream.concat(before.keySet().stream(), now.keySet().stream())
        .filter(file -> !Objects.equals(before.get(file), now.get(file)))
        .sorted()
        .findFirst()
        .map(file -> "%s was %s, now %s".formatted(file, told(before, file), told(now, file)));
  }

  private static String told(Map<String, String> sha256, String file) {
    return sha256.containsKey(file) ? "sha256 " + sha256.get(file) : "not there";
  }

  /** The settings. */
  public RunConfig readConfig() {
    if (!exists()) {
      throw new UserException(path + ": no run here, config.json is missing");
    }
    return Json.read(config(), RunConfig.class);
  }

  /** The result of a finished run. */
  public RunResult readResult() {
    if (!isFinished()) {
      throw new UserException(path + ": this run has no result yet");
    }
    return RunResult.read(resultFile());
  }

  /** The steps and evaluations so far. */
  public List<MetricsLine> readMetrics() {
    List<MetricsLine> lines = new ArrayList<>();
    for (String line : metricsText().split("(?<=\n)")) {
      if (line.endsWith("\n")) { // the last one may be half-written
        String where = "%s, line %d".formatted(metricsFile(), lines.size() + 1);
        lines.add(MetricsLine.parse(where, line));
      }
    }
    return lines;
  }

  /** The latest whole line of the metrics, found from the end of a file that may be long. */
  public Optional<MetricsLine> lastMetrics() {
    try (RandomAccessFile file = new RandomAccessFile(metricsFile().toFile(), "r")) {
      byte[] tail = new byte[(int) Math.min(TAIL, file.length())];
      file.seek(file.length() - tail.length);
      file.readFully(tail);
      String text = new String(tail, StandardCharsets.UTF_8);
      int end = text.lastIndexOf('\n'); // what follows is half-written
      String whole = end < 0 ? "" : text.substring(text.lastIndexOf('\n', end - 1) + 1, end);
      return whole.isEmpty()
          ? Optional.empty()
          : Optional.of(MetricsLine.parse(metricsFile() + ", last line", whole));
    } catch (EOFException | FileNotFoundException e) {
      return Optional.empty(); // not begun, or just cut back to the checkpoint
    } catch (IOException e) {
      throw new UserException(metricsFile() + ": cannot be read", e);
    }
  }

  private String metricsText() {
    try {
      return Files.exists(metricsFile()) ? Files.readString(metricsFile()) : "";
    } catch (IOException e) {
      throw new UserException(metricsFile() + ": cannot be read", e);
    }
  }

  /**
   * Cuts the metrics back to those of the first {@code step} steps, the evaluation behind them
   * included if {@code evaluated}, and opens them for more.
   */
  public FileOutputStream openMetrics(int step, boolean evaluated) {
    StringBuilder kept = new StringBuilder();
    for (MetricsLine line : readMetrics()) {
      int lines = line.validation() == null || evaluated ? step : step - 1;
      if (line.step() <= lines) {
        kept.append(Json.line(line)).append('\n');
      }
    }
    AtomicFiles.write(metricsFile(), kept.toString());
    try {
      return new FileOutputStream(metricsFile().toFile(), true);
    } catch (IOException e) {
      throw new UserException(metricsFile() + ": cannot be written", e);
    }
  }

  /**
   * Refuses a folder that holds anything but a run's own files.
   *
   * @throws UserException naming what else is there
   */
  public void requireOwnFilesAlone() {
    if (!exists()) {
      if (!isEmpty()) {
        throw new UserException(path + " is not a run folder; it is not overwritten");
      }
      return;
    }
    readConfig(); // other programs have a config.json too
    for (Path file : list()) {
      if (!OWN.contains(file.getFileName().toString()) && !AtomicFiles.isLeftover(file)) {
        throw new UserException(
            file + ": no file of a run; move it elsewhere, or the run is not overwritten");
      }
    }
  }

  /** Deletes what an earlier run wrote; other files are left alone and make it refuse. */
  public void clear() {
    if (!Files.exists(path)) {
      return;
    }
    requireOwnFilesAlone();
    try {
      Files.deleteIfExists(resultFile());
      deleteCheckpoints();
      for (Path file : filesToDelete()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UserException(path + ": cannot be cleared", e);
    }
  }

  /** Whether a checkpoint or a lock lies there, as in a run that trains or died. */
  public boolean hasRemains() {
    return Files.exists(checkpoints())
        || Files.exists(path.resolve(RunLock.FILE))
        || Files.exists(path.resolve(RunLock.OWNER));
  }

  /** Removes all checkpoints; LATEST goes first, so that it never names one that is gone. */
  public void deleteCheckpoints() {
    if (Files.exists(checkpoints())) {
      Path latest = checkpoints().resolve(LATEST);
      if (Files.exists(latest)) {
        delete(latest);
      }
      delete(checkpoints());
    }
  }

  /** Removes a file or a folder with all that is in it. */
  public static void delete(Path path) {
    try {
      Folders.delete(path);
    } catch (IOException e) {
      throw new UserException(path + ": cannot be removed", e);
    }
  }

  /** The settings go last, so that what a killed process leaves of it is still a run folder. */
  private List<Path> filesToDelete() {
    List<Path> files = new ArrayList<>(list());
    files.removeIf(RunFolder::isOfLock); // held by who asks
    if (files.remove(config())) {
      files.add(config());
    }
    return files;
  }

  /** Whether it holds nothing, or nothing but what a process left that was killed at the start. */
  public boolean isEmpty() {
    return list().stream().allMatch(file -> AtomicFiles.isLeftover(file) || isOfLock(file));
  }

  private static boolean isOfLock(Path file) {
    return file.endsWith(RunLock.FILE) || file.endsWith(RunLock.OWNER);
  }

  private List<Path> list() {
    try (Stream<Path> files = Files.list(path)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UserException(path + ": cannot be read", e);
    }
  }
}
