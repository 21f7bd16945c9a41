package io.github.compacter4j.bench;

import com.sun.management.OperatingSystemMXBean;
import io.github.compacter4j.files.Folders;
import io.github.compacter4j.methods.MethodSpec;
import io.github.compacter4j.run.Protocol;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.tasks.TaskData;
import io.github.compacter4j.tasks.find.Split;
import io.github.compacter4j.text.Encoded;
import io.github.compacter4j.text.T5Tokenizer;
import io.github.compacter4j.text.TokenCache;
import io.github.compacter4j.torch.ProcessMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** Times a task's way from its files to ids. */
public final class DataBenchmark {
  private DataBenchmark() {}

  /**
   * What it took.
   *
   * @param source what was read
   * @param rows rows of all splits
   * @param table from files to tables, split
   * @param ids from tables to texts and ids of all splits, without a cache
   * @param writing the same with a cache that was empty
   * @param reading the same with a cache that has them
   * @param memoryBytes greatest resident memory from files to ids above that before; 0 where the
   *     system does not tell
   */
  public record Cost(
      String task,
      String source,
      int rows,
      Time table,
      Time ids,
      Time writing,
      Time reading,
      long memoryBytes) {}

  /**
   * A time.
   *
   * @param seconds on the clock
   * @param cpuSeconds of all cores, those of the Java virtual machine's own threads included
   */
  public record Time(double seconds, double cpuSeconds) {}

  private record Timed<T>(T value, Time time) {}

  /** Measures in this process; the first measure of a process is that of a cold one. */
  public static Cost of(Task task, T5Tokenizer tokenizer) {
    ProcessMemory.resetPeak();
    long before = ProcessMemory.residentBytes();
    Timed<TaskData> data = timed(task::load);
    Timed<Integer> ids = timed(() -> encode(data.value(), tokenizer, TokenCache.none()));
    long peak = ProcessMemory.peakBytes();
    Path folder = temporaryFolder();
    try {
      TokenCache cache = TokenCache.in(folder);
      Time writing = timed(() -> encode(data.value(), tokenizer, cache)).time();
      Time reading = timed(() -> encode(data.value(), tokenizer, cache)).time();
      return new Cost(
          task.name(),
          data.value().source(),
          ids.value(),
          data.time(),
          ids.time(),
          writing,
          reading,
          peak - before);
    } finally {
      delete(folder);
    }
  }

  /** The number of rows. */
  private static int encode(TaskData data, T5Tokenizer tokenizer, TokenCache cache) {
    int maxLength = Protocol.paper(MethodSpec.of("compacter++"), data.task()).maxSourceLength();
    int rows = 0;
    for (Split split : data.splits()) {
      List<String> sources = data.sources(data.table(split), false);
      List<Encoded> encoded = cache.encodeAll(tokenizer, sources, maxLength);
      rows += encoded.size();
    }
    return rows;
  }

  private static <T> Timed<T> timed(Supplier<T> work) {
    long start = System.nanoTime();
    double cpu = cpuSeconds();
    T value = work.get();
    return new Timed<>(value, new Time((System.nanoTime() - start) / 1e9, cpuSeconds() - cpu));
  }

  /** What this process has taken of all cores. */
  static double cpuSeconds() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e9;
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("compacter4j-bench");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try {
      Folders.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
