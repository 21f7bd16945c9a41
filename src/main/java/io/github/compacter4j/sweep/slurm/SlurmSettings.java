package io.github.compacter4j.sweep.slurm;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import io.github.compacter4j.Variables;
import io.github.compacter4j.files.YamlFile;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How the cells of a sweep become jobs, as a sweep's file or the user's own one says; null, or an
 * empty list, where it does not. None of it belongs to a run's identity.
 *
 * @param partition where jobs wait
 * @param account that pays
 * @param gres devices of a task, such as {@code gpu:1}
 * @param cpus of a task, and threads of its process; usually 1
 * @param mem memory of a task, such as {@code 16G}
 * @param time limit of a task, such as {@code 04:00:00}
 * @param parallel most tasks at a time
 * @param warn seconds before the limit at which a task is to write its checkpoint; usually 300
 * @param retries times that a task which makes no step is queued again; usually 3
 * @param cellsPerTask cells that a task runs one after the other; usually 1
 * @param setup lines of bash before the first cell
 * @param prefix what stands before {@code java}, such as {@code apptainer exec --nv c4j.sif}
 * @param java the command; usually that of this process, behind a prefix {@code java}
 * @param extra further options of {@code sbatch}
 */
@RecordBuilder
public record SlurmSettings(
    String partition,
    String account,
    String gres,
    Integer cpus,
    String mem,
    String time,
    Integer parallel,
    Integer warn,
    Integer retries,
    Integer cellsPerTask,
    List<String> setup,
    String prefix,
    String java,
    List<String> extra) {
  /** Slurm may send the signal so much earlier than it was asked to. */
  private static final int EARLIER = 60;

  private static final SlurmSettings USUAL =
      SlurmSettingsBuilder.builder().cpus(1).warn(300).retries(3).cellsPerTask(1).build();

  /** Checks each value by itself. */
  public SlurmSettings {
    setup = setup == null ? List.of() : List.copyOf(setup);
    extra = extra == null ? List.of() : List.copyOf(extra);
    requireAtLeast(1, "cpus", cpus);
    requireAtLeast(1, "parallel", parallel);
    requireAtLeast(1, "warn", warn);
    requireAtLeast(0, "retries", retries);
    requireAtLeast(1, "cellsPerTask", cellsPerTask);
    Stream.of(partition, account, gres, mem, time, prefix, java)
        .forEach(SlurmSettings::requireLine);
    extra.forEach(SlurmSettings::requireOption);
    if (time != null) {
      SlurmTime.seconds(time);
    }
  }

  private static void requireAtLeast(int least, String key, Integer value) {
    if (value != null && value < least) {
      throw new UserException("slurm: %s is %d, expected at least %d".formatted(key, value, least));
    }
  }

  private static void requireLine(String value) {
    if (value != null && (value.isBlank() || value.contains("\n"))) {
      throw new UserException(
          "slurm: expected text in one line, found '" + Names.shortened(value) + "'");
    }
  }

  private static void requireOption(String option) {
    requireLine(option);
    if (!option.startsWith("-")) {
      throw new UserException(
          "slurm: extra: expected options of sbatch such as --constraint=a100, found '%s'"
              .formatted(Names.shortened(option)));
    }
  }

  /** The user's own file, {@code ~/.config/compacter4j/slurm.yaml}. */
  public static Path usersFile(Map<String, String> environment) {
    Variables variables = new Variables(environment);
    return variables
        .folder("XDG_CONFIG_HOME")
        .orElseGet(() -> variables.path("~/.config"))
        .resolve("compacter4j/slurm.yaml");
  }

  /**
   * These settings, or where they say nothing the user's own, or the usual ones.
   *
   * @throws UserException if a file is wrong, or the time limit leaves no time before the warning
   */
  public static SlurmSettings complete(SlurmSettings ofSweep, Map<String, String> environment) {
    Path users = usersFile(environment);
    SlurmSettings whole = USUAL;
    if (Files.exists(users)) {
      SlurmSettings own = YamlFile.read(users, SlurmSettings.class, "says how jobs go to Slurm");
      whole = own.beside(users.getParent()).over(whole);
    }
    whole = ofSweep == null ? whole : ofSweep.over(whole);
    whole.requireTimeToWork();
    return whole;
  }

  /** These settings, whose prefix and java name files of a folder by absolute paths. */
  public SlurmSettings beside(Path folder) {
    return SlurmSettingsBuilder.builder(this)
        .prefix(prefix == null ? null : withPaths(prefix, folder))
        .java(java == null ? null : withPath(java, folder))
        .build();
  }

  private static String withPaths(String words, Path folder) {
    return Stream.of(words.strip().split("\\s+"))
        .map(word -> withPath(word, folder))
        .collect(Collectors.joining(" "));
  }

  private static String withPath(String word, Path folder) {
    Path file = folder.resolve(word);
    return Files.isRegularFile(file) ? file.toString() : word;
  }

  private SlurmSettings over(SlurmSettings usual) {
    return new SlurmSettings(
        or(usual, SlurmSettings::partition),
        or(usual, SlurmSettings::account),
        or(usual, SlurmSettings::gres),
        or(usual, SlurmSettings::cpus),
        or(usual, SlurmSettings::mem),
        or(usual, SlurmSettings::time),
        or(usual, SlurmSettings::parallel),
        or(usual, SlurmSettings::warn),
        or(usual, SlurmSettings::retries),
        or(usual, SlurmSettings::cellsPerTask),
        setup.isEmpty() ? usual.setup : setup,
        or(usual, SlurmSettings::prefix),
        or(usual, SlurmSettings::java),
        extra.isEmpty() ? usual.extra : extra);
  }

  private <T> T or(SlurmSettings usual, Function<SlurmSettings, T> value) {
    T own = value.apply(this);
    return own == null ? value.apply(usual) : own;
  }

  private void requireTimeToWork() {
    if (time != null && SlurmTime.seconds(time) < warn + EARLIER) {
      throw new UserException(
          "slurm: time %s leaves no time to train: the warning comes %d s before the limit (warn), and up to %d s earlier; expected more than %d s, or a smaller warn"
              .formatted(time, warn, EARLIER, warn + EARLIER));
    }
  }

  /** The options of {@code sbatch} that say what a task takes. */
  List<String> resources() {
    List<String> options = new ArrayList<>(where());
    options.addAll(List.of("--nodes=1", "--ntasks=1", "--cpus-per-task=" + cpus));
    addTo(options, "--gres=", gres);
    addTo(options, "--time=", time);
    options.addAll(extra);
    return options;
  }

  /** The options of {@code sbatch} for a job that trains nothing. */
  List<String> ofSmallJob() {
    List<String> options = new ArrayList<>(where());
    options.addAll(List.of("--nodes=1", "--ntasks=1", "--cpus-per-task=1", "--time=10"));
    options.addAll(extra);
    return options;
  }

  private List<String> where() {
    List<String> options = new ArrayList<>();
    addTo(options, "--partition=", partition);
    addTo(options, "--account=", account);
    addTo(options, "--mem=", mem);
    return options;
  }

  private static void addTo(List<String> options, String name, String value) {
    if (value != null) {
      options.add(name + value);
    }
  }
}
