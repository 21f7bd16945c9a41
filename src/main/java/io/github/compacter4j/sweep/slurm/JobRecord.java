package io.github.compacter4j.sweep.slurm;

import io.github.compacter4j.UserException;
import io.github.compacter4j.files.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What was sent at one time, as {@code jobs.json} in its folder tells.
 *
 * @param cells names in the order of the tasks
 * @param cellsPerTask cells that a task runs one after the other
 * @param arrays those that were sent
 * @param table the number of the job that prints the table at the end; null where it was not sent
 */
record JobRecord(List<String> cells, int cellsPerTask, List<JobArray> arrays, String table) {
  private static final String FILE = "jobs.json";

  /** What was sent for a sweep, the oldest first. */
  static List<JobRecord> all(Path sweep) {
    Path folder = folder(sweep);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(folder)) {
      return folders
          .sorted()
          .map(sent -> sent.resolve(FILE))
          .filter(Files::exists)
          .map(file -> Json.read(file, JobRecord.class))
          .toList();
    } catch (IOException e) {
      throw new UserException(folder + ": cannot be read", e);
    }
  }

  /** Where a sweep keeps what was sent. */
  static Path folder(Path sweep) {
    return sweep.resolve(".slurm");
  }

  void write(Path sent) {
    Json.write(sent.resolve(FILE), this);
  }

  JobRecord with(JobArray array) {
    List<JobArray> more = new ArrayList<>(arrays);
    more.add(array);
    return new JobRecord(cells, cellsPerTask, more, table);
  }

  JobRecord withTable(String job) {
    return new JobRecord(cells, cellsPerTask, arrays, job);
  }

  /** The cells of a task of an array. */
  List<String> cells(JobArray array, int index) {
    int first = (array.first() + index) * cellsPerTask;
    return cells.subList(first, Math.min(first + cellsPerTask, cells.size()));
  }
}
