package io.github.compacter4j.sweep.slurm;

import java.util.ArrayList;
import java.util.List;

/**
 * Tasks of one array, whose indices begin at 0.
 *
 * @param job Slurm's number; null before it is sent
 * @param first the number of its first task among those of all arrays
 * @param tasks how many it has
 */
record JobArray(String job, int first, int tasks) {
  /** As few arrays as Slurm allows. */
  static List<JobArray> split(int tasks, int maxArraySize) {
    List<JobArray> arrays = new ArrayList<>();
    for (int first = 0; first < tasks; first += maxArraySize) {
      arrays.add(new JobArray(null, first, Math.min(maxArraySize, tasks - first)));
    }
    return arrays;
  }

  JobArray sentAs(String number) {
    return new JobArray(number, first, tasks);
  }

  /**
   * The option that makes it.
   *
   * @param parallel most tasks at a time of all arrays, of which it gets its share; null for all
   * @param allTasks of all arrays
   */
  String option(Integer parallel, int allTasks) {
    String indices = tasks == 1 ? "--array=0" : "--array=0-" + (tasks - 1);
    return parallel == null
        ? indices
        : indices + "%" + Math.max(1, (int) ((long) parallel * tasks / allTasks));
  }
}
