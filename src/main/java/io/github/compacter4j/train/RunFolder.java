package io.github.compacter4j.train;

import io.github.compacter4j.UserException;
import io.github.compacter4j.checkpoint.AdapterInfo;
import io.github.compacter4j.checkpoint.AtomicFiles;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The folder of one run and the names of its files. */
public final class RunFolder {
  private final Path path;

  /** The run in this folder, which need not exist. */
  public RunFolder(Path path) {
    this.path = path;
  }

  /** {@code runs/<task>-<method>-s<seed>-NNN} with the first number that is free. */
  static RunFolder next(Path runs, String task, String method, long seed) {
    for (int number = 1; ; number++) {
      Path path = runs.resolve("%s-%s-s%d-%03d".formatted(task, method, seed, number));
      if (!Files.exists(path)) {
        return new RunFolder(path);
      }
    }
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** The best weights. */
  public Path adapter() {
    return path.resolve("adapter.safetensors");
  }

  /** What {@code adapter.json} says of them. */
  Path adapterInfo() {
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

  Path config() {
    return path.resolve("config.json");
  }

  Path resultFile() {
    return path.resolve("result.json");
  }

  Path provenance() {
    return path.resolve("provenance.json");
  }

  Path checkpoints() {
    return path.resolve("checkpoint");
  }

  private Path metricsFile() {
    return path.resolve("metrics.jsonl");
  }

  /** Whether the run has ended with a result. */
  public boolean isFinished() {
    return Files.exists(resultFile());
  }

  boolean exists() {
    return Files.exists(config());
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
    if (Files.exists(metricsFile())) {
      try {
        for (String line : Files.readAllLines(metricsFile())) {
          lines.add(MetricsLine.parse(metricsFile(), lines.size() + 1, line));
        }
      } catch (IOException e) {
        throw new UserException(metricsFile() + ": cannot be read", e);
      }
    }
    return lines;
  }

  /** Cuts the metrics back to those of the first {@code step} steps and opens them for more. */
  FileOutputStream openMetrics(int step) {
    try {
      Files.createDirectories(path);
      List<String> kept = new ArrayList<>();
      if (Files.exists(metricsFile())) {
        for (String line : Files.readAllLines(metricsFile())) {
          if (MetricsLine.isComplete(line)
              && MetricsLine.parse(metricsFile(), kept.size() + 1, line).step() <= step) {
            kept.add(line + "\n");
          }
        }
      }
      byte[] text = String.join("", kept).getBytes(StandardCharsets.UTF_8);
      AtomicFiles.write(metricsFile(), out -> out.write(text));
      return new FileOutputStream(metricsFile().toFile(), true);
    } catch (IOException e) {
      throw new UserException(metricsFile() + ": cannot be written", e);
    }
  }

  /** Deletes what an earlier run wrote; other files are left alone and make it refuse. */
  void clear() {
    if (!Files.exists(path)) {
      return;
    }
    if (!exists() && !isEmpty()) {
      throw new UserException(path + " is not a run folder; it is not overwritten");
    }
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UserException(path + ": cannot be cleared", e);
    }
  }

  boolean isEmpty() {
    try (Stream<Path> files = Files.list(path)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      throw new UserException(path + ": cannot be read", e);
    }
  }
}
