package io.github.compacter4j.sweep.slurm;

import static io.github.compacter4j.sweep.slurm.FrozenFolder.quoted;

import io.github.compacter4j.UserException;
import io.github.compacter4j.learner.Pretrained;
import io.github.compacter4j.sweep.Cell;
import io.github.compacter4j.sweep.CellState;
import io.github.compacter4j.sweep.CellState.Status;
import io.github.compacter4j.sweep.Sweep;
import io.github.compacter4j.sweep.SweepState;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.train.FineTuning;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Sends the cells of a sweep that are neither done nor queued to Slurm, one array task a cell. */
public final class SlurmSubmission {
  private final Sweep sweep;
  private final Path file;
  private final Program program;
  private final SlurmSettings settings;

  /**
   * What was sent, or would be.
   *
   * @param folder what the jobs read; null where nothing is left to send
   * @param cells names of the cells
   * @param jobs what was given to Slurm, the job of the table last
   * @param state how many cells are how far, before
   */
  public record Sent(String folder, List<String> cells, List<SentJob> jobs, String state) {
    @Override
    public String toString() {
      if (jobs.isEmpty()) {
        return "nothing to send: " + state;
      }
      return "%d cells are sent; before: %s%nfrozen in %s%n%s"
          .formatted(
              cells.size(),
              state,
              folder,
              jobs.stream().map(SentJob::toString).collect(Collectors.joining("\n")));
    }
  }

  /**
   * A job.
   *
   * @param job Slurm's number; null in a dry run
   * @param tasks of the array; 1 for the table
   * @param command as it was given
   */
  public record SentJob(String job, int tasks, String command) {
    @Override
    public String toString() {
      return job == null ? command : "job %s: %s".formatted(job, command);
    }
  }

  /**
   * A sweep to be sent.
   *
   * @param file its YAML file
   */
  public SlurmSubmission(Sweep sweep, Path file, Program program) {
    this.sweep = sweep.in(sweep.folder().toAbsolutePath().normalize());
    this.file = file;
    this.program = program;
    settings = SlurmSettings.complete(sweep.slurm(), System.getenv());
  }

  /** Writes everything, sends nothing, and needs no Slurm. */
  public Sent dryRun() {
    return prepare(true);
  }

  /**
   * Sends.
   *
   * @throws UserException if there is no Slurm here or it refuses, the queue does not tell what is
   *     in it, the model or data is missing, or the folder cannot be written
   */
  public Sent submit() {
    Slurm.require();
    SlurmJobs.requireQueue(sweep.folder());
    return prepare(false);
  }

  private Sent prepare(boolean dry) {
    sweep.markImpossible();
    SweepState before = sweep.status();
    List<Cell> cells =
        before.cells().stream().filter(SlurmSubmission::isToBeSent).map(CellState::cell).toList();
    List<String> names = cells.stream().map(Cell::name).toList();
    if (cells.isEmpty()) {
      return new Sent(null, names, List.of(), before.counts());
    }
    requireData(cells);
    FrozenFolder frozen = FrozenFolder.create(sweep.folder());
    frozen.fill(file, names);
    Path script = cellsScript(frozen);
    Path table = tableScript(frozen);
    List<SentJob> jobs = dry ? wouldSend(names, script, table) : send(cells, frozen, script, table);
    return new Sent(frozen.path().toString(), names, jobs, before.counts());
  }

  private static boolean isToBeSent(CellState state) {
    return state.status() == Status.LEFT || state.status() == Status.FAILED;
  }

  /** Nodes that compute often cannot download. */
  private void requireData(List<Cell> cells) {
    Set<Task> checked = new HashSet<>();
    try (Pretrained model = Pretrained.load(sweep.model())) {
      for (Cell cell : cells) {
        if (checked.add(cell.task())) {
          FineTuning plan = cell.plan(model);
          plan.finder().find(plan.task());
        }
      }
    }
  }

  private Path cellsScript(FrozenFolder frozen) {
    List<String> options = new ArrayList<>();
    options.add("--job-name=" + jobName());
    options.addAll(settings.resources());
    options.add("--signal=B:USR1@" + settings.warn());
    options.addAll(List.of("--requeue", "--open-mode=append"));
    options.add("--output=" + quoted(frozen.logs().resolve("%A_%a.log").toString()));
    options.add("--chdir=" + quoted(Path.of("").toAbsolutePath().toString()));
    List<String> lines = new ArrayList<>();
    lines.add("out=" + quoted(sweep.folder().toString()));
    lines.add("frozen=" + quoted(frozen.path().toString()));
    lines.add("cells_per_task=" + settings.cellsPerTask());
    lines.add("retries=" + settings.retries());
    lines.addAll(settings.setup());
    lines.addAll(command(frozen, List.of("--threads", settings.cpus().toString())));
    lines.add(body());
    return frozen.script("cells.sh", options, lines);
  }

  private Path tableScript(FrozenFolder frozen) {
    List<String> options = new ArrayList<>();
    options.add("--job-name=" + jobName() + "-table");
    options.addAll(settings.ofSmallJob());
    options.add("--output=" + quoted(frozen.path().resolve("table.log").toString()));
    options.add("--chdir=" + quoted(Path.of("").toAbsolutePath().toString()));
    List<String> lines = new ArrayList<>();
    lines.add("frozen=" + quoted(frozen.path().toString()));
    lines.addAll(settings.setup());
    lines.addAll(command(frozen, List.of("--table")));
    lines.add("exec \"${command[@]}\"");
    return frozen.script("table.sh", options, lines);
  }

  private String jobName() {
    return "c4j-" + sweep.folder().getFileName().toString().replaceAll("[^A-Za-z0-9._-]", "_");
  }

  /** Java started directly: nothing is built on a node. */
  private List<String> command(FrozenFolder frozen, List<String> more) {
    List<String> words = new ArrayList<>();
    if (settings.prefix() != null) {
      words.addAll(Arrays.asList(settings.prefix().strip().split("\\s+")));
    }
    String ofPrefix = settings.prefix() == null ? program.java() : "java";
    words.add(settings.java() == null ? ofPrefix : settings.java());
    words.addAll(program.options());
    List<String> arguments = new ArrayList<>(List.of(program.main(), "sweep"));
    arguments.add(frozen.sweep().toString());
    arguments.addAll(List.of("--beside", file.toAbsolutePath().getParent().toString()));
    arguments.addAll(List.of("--out", sweep.folder().toString()));
    arguments.addAll(program.arguments());
    arguments.addAll(more);
    return List.of(
        "class_path=$(paste -sd: \"$frozen/libraries.txt\")",
        "command=(%s -cp \"$class_path\" %s)".formatted(quoted(words), quoted(arguments)));
  }

  private static String body() {
    try (InputStream in = SlurmSubmission.class.getResourceAsStream("cells.sh")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<JobArray> arrays(int cells) {
    int perTask = settings.cellsPerTask();
    return JobArray.split((cells + perTask - 1) / perTask, Slurm.maxArraySize());
  }

  private List<String> command(JobArray array, List<JobArray> all, Path script) {
    int tasks = all.stream().mapToInt(JobArray::tasks).sum();
    String option = array.option(settings.parallel(), tasks);
    return List.of("sbatch", "--parsable", option, script.toString(), array.first() + "");
  }

  private static List<String> tableCommand(List<String> jobs, Path script) {
    String after = "--dependency=afterany:" + String.join(":", jobs);
    return List.of("sbatch", "--parsable", after, script.toString());
  }

  private List<SentJob> wouldSend(List<String> cells, Path script, Path table) {
    List<SentJob> jobs = new ArrayList<>();
    List<String> numbers = new ArrayList<>();
    List<JobArray> all = arrays(cells.size());
    for (JobArray array : all) {
      jobs.add(new SentJob(null, array.tasks(), quoted(command(array, all, script))));
      numbers.add("JOB" + jobs.size());
    }
    jobs.add(new SentJob(null, 1, quoted(tableCommand(numbers, table))));
    return jobs;
  }

  private List<SentJob> send(List<Cell> cells, FrozenFolder frozen, Path script, Path table) {
    Slurm.ask(List.of("sbatch", "--test-only", script.toString(), "0"));
    sweep.forgetFailures(cells);
    List<String> names = cells.stream().map(Cell::name).toList();
    JobRecord sent = new JobRecord(names, settings.cellsPerTask(), List.of(), null);
    List<SentJob> jobs = new ArrayList<>();
    List<JobArray> all = arrays(cells.size());
    for (JobArray array : all) {
      List<String> command = command(array, all, script);
      JobArray known = array.sentAs(number(Slurm.ask(command)));
      sent = sent.with(known);
      sent.write(frozen.path()); // should the next one be refused
      jobs.add(new SentJob(known.job(), known.tasks(), quoted(command)));
    }
    List<String> last = tableCommand(jobs.stream().map(SentJob::job).toList(), table);
    sent = sent.withTable(number(Slurm.ask(last)));
    sent.write(frozen.path());
    jobs.add(new SentJob(sent.table(), 1, quoted(last)));
    return jobs;
  }

  /** Of {@code number} or {@code number;cluster}. */
  private static String number(String parsable) {
    return parsable.strip().split(";")[0];
  }
}
