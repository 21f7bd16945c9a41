package io.github.compacter4j.sweep.slurm;

import io.github.compacter4j.UserException;
import io.github.compacter4j.run.RunLock;
import io.github.compacter4j.sweep.Job;
import io.github.compacter4j.sweep.Job.Phase;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The jobs that were sent for a sweep's cells, as the queue sees them now. */
public final class SlurmJobs {
  private static final Set<String> WAITING =
      Set.of("PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT");
  private static final Set<String> WORKING =
      Set.of("RUNNING", "COMPLETING", "STAGE_OUT", "SIGNALING", "SUSPENDED", "STOPPED", "RESIZING");

  private final Path sweep;
  private final Optional<Map<String, Queued>> queue;
  private final Map<String, String> ends;

  /** A line of the queue. */
  private record Queued(String state, String reason, String time, String nodes) {}

  private SlurmJobs(Path sweep, Optional<Map<String, Queued>> queue, Map<String, String> ends) {
    this.sweep = sweep;
    this.queue = queue;
    this.ends = ends;
  }

  /**
   * The latest job of each cell that was sent, by the cell's name. Where the queue does not answer,
   * the jobs say so, and count as over.
   */
  public static Map<String, Job> of(Path sweep) {
    List<JobRecord> records = JobRecord.all(sweep);
    if (records.isEmpty()) {
      return Map.of();
    }
    List<String> ids =
        records.stream().flatMap(r -> r.arrays().stream()).map(JobArray::job).toList();
    SlurmJobs jobs = new SlurmJobs(sweep, Slurm.tryAsk(SQUEUE).map(SlurmJobs::queue), ends(ids));
    Map<String, Job> latest = new HashMap<>();
    records.forEach(sent -> jobs.add(sent, latest));
    return latest;
  }

  /**
   * Refuses a queue that does not answer where jobs were sent before, which might be sent twice.
   *
   * @throws UserException with what it says instead
   */
  static void requireQueue(Path sweep) {
    if (!JobRecord.all(sweep).isEmpty()) {
      Slurm.ask(SQUEUE);
    }
  }

  private static final List<String> SQUEUE =
      List.of("squeue", "--array", "--noheader", "--me", "--format=%i|%T|%r|%M|%N");

  private static Map<String, Queued> queue(String lines) {
    return lines
        .lines()
        .map(line -> line.strip().split("\\|", -1))
        .filter(fields -> fields.length == 5)
        .collect(
            Collectors.toMap(
                fields -> fields[0],
                fields -> new Queued(fields[1], fields[2], fields[3], fields[4]),
                (first, second) -> second));
  }

  /** How jobs ended, where the cluster keeps account of them. */
  private static Map<String, String> ends(List<String> ids) {
    String asked = String.join(",", ids);
    return Slurm.tryAsk(
            List.of("sacct", "-X", "-P", "-n", "--format=JobID,State", "--jobs=" + asked))
        .map(
            lines ->
                lines
                    .lines()
                    .map(line -> line.split("\\|"))
                    .filter(fields -> fields.length == 2)
                    .collect(Collectors.toMap(f -> f[0], f -> f[1], (first, second) -> second)))
        .orElse(Map.of());
  }

  private void add(JobRecord sent, Map<String, Job> latest) {
    for (JobArray array : sent.arrays()) {
      for (int index = 0; index < array.tasks(); index++) {
        String id = array.job() + "_" + index;
        for (String cell : sent.cells(array, index)) {
          latest.put(cell, job(id, cell, sent.cellsPerTask() > 1));
        }
      }
    }
  }

  private Job job(String id, String cell, boolean shared) {
    if (queue.isEmpty()) {
      return new Job(id, Phase.OVER, "the queue does not answer (squeue)");
    }
    Queued line = queue.get().get(id);
    if (line != null && WAITING.contains(line.state())) {
      return new Job(id, Phase.QUEUED, "waits: " + line.reason());
    }
    if (line != null && WORKING.contains(line.state())) {
      boolean itsTurn = !shared || RunLock.owner(sweep.resolve(cell)).isPresent();
      return itsTurn
          ? new Job(id, Phase.RUNNING, "on %s for %s".formatted(line.nodes(), line.time()))
          : new Job(id, Phase.QUEUED, "waits for other cells of its job");
    }
    String state = line == null ? ends.get(id) : line.state();
    String end = state == null ? "its job is no longer in the queue" : "its job ended: " + state;
    return new Job(id, Phase.OVER, end);
  }
}
