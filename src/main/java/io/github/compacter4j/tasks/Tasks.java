package io.github.compacter4j.tasks;

import io.github.compacter4j.Names;
import io.github.compacter4j.UserException;
import java.util.List;

/** All tasks by name. */
public final class Tasks {
  private static final List<Task> ALL =
      List.of(
          Glue.cola(), Glue.sst2(), Glue.mrpc(), Glue.stsb(), Glue.qnli(), Glue.rte(), Glue.wnli());

  private Tasks() {}

  /** Every task, in the paper's order. */
  public static List<Task> all() {
    return ALL;
  }

  /**
   * The task of this name.
   *
   * @throws UserException (wrong usage) for an unknown name; it lists the known ones
   */
  public static Task named(String name) {
    return ALL.stream()
        .filter(task -> task.name().equals(name))
        .findFirst()
        .orElseThrow(() -> Names.unknown("task", name, ALL.stream().map(Task::name).toList()));
  }
}
