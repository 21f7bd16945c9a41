package io.github.compacter4j.tasks;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** All tasks by name. */
public final class Tasks {
  private static final List<Task> GLUE =
      List.of(
          Glue.cola(),
          Glue.sst2(),
          Glue.mrpc(),
          Glue.qqp(),
          Glue.stsb(),
          Glue.mnli(),
          Glue.qnli(),
          Glue.rte(),
          Glue.wnli(),
          Glue.ax());

  private static final List<Task> SUPERGLUE =
      List.of(
          SuperGlue.boolq(),
          SuperGlue.cb(),
          SuperGlue.copa(),
          SuperGlue.multirc(),
          SuperGlue.record(),
          SuperGlue.wic(),
          SuperGlue.wsc(),
          SuperGlue.axb(),
          SuperGlue.axg(),
          SuperGlue.rte());

  private static final List<Task> CORRECTED =
      List.of(Glue.stsbCorrected(), Glue.mnliCorrected(), SuperGlue.copaCorrected());

  private Tasks() {}

  /** Every task of GLUE and SuperGLUE, in the paper's order. */
  public static List<Task> all() {
    return Stream.of(GLUE, SUPERGLUE).flatMap(List::stream).toList();
  }

  /**
   * The tasks of a benchmark, {@code glue} or {@code superglue}; all of them for {@code all}; else
   * the task of this name.
   *
   * @throws UserException (wrong usage) for an unknown name; it lists the known ones
   */
  public static List<Task> group(String name) {
    return switch (name) {
      case "glue" -> GLUE;
      case "superglue" -> SUPERGLUE;
      case "all" -> all();
      default -> List.of(named(name));
    };
  }

  /** Forms of tasks in which an oddity of the reference code is put right. */
  public static List<Task> corrected() {
    return CORRECTED;
  }

  /** Every task whose name is known without a file, corrected forms too. */
  public static List<Task> builtIn() {
    return Stream.of(GLUE, SUPERGLUE, CORRECTED).flatMap(List::stream).toList();
  }

  /**
   * The task of this name, or the one that a YAML file defines.
   *
   * @param nameOrFile a name, or a path that ends in {@code .yaml} or {@code .yml}
   * @throws UserException (wrong usage) for an unknown name; it lists the known ones. Where the
   *     file is missing or malformed
   */
  public static Task named(String nameOrFile) {
    if (isFile(nameOrFile)) {
      return OwnTask.read(Path.of(nameOrFile), Tasks::isBuiltIn);
    }
    List<Task> known = builtIn();
    return known.stream()
        .filter(task -> task.name().equals(nameOrFile))
        .findFirst()
        .orElseThrow(() -> unknown(nameOrFile, known));
  }

  private static UserException unknown(String name, List<Task> known) {
    List<String> names = known.stream().map(Task::name).toList();
    return UserException.usage(
        Names.unknown("task", name, names).getMessage()
            + "; one of your own is named by the YAML file that defines it, see docs/adding-a-task.md");
  }

  /** Whether {@link #named} takes a text as the path of a YAML file. */
  public static boolean isFile(String nameOrFile) {
    return nameOrFile.endsWith(".yaml") || nameOrFile.endsWith(".yml");
  }

  private static boolean isBuiltIn(String name) {
    return builtIn().stream().anyMatch(task -> task.name().equalsIgnoreCase(name));
  }
}
