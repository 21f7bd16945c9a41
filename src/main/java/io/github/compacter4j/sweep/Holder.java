package io.github.compacter4j.sweep;

/**
 * Who works on a cell, as its file tells.
 *
 * @param host name of the machine
 * @param pid of the process there
 * @param process an identity that no other process has
 * @param beat a count that grows while the process lives
 * @param step steps done, as of the beat
 * @param steps all steps of the run; 0 before it starts
 */
record Holder(String host, long pid, String process, long beat, int step, int steps) {
  Holder next(int stepNow, int allSteps) {
    return new Holder(host, pid, process, beat + 1, stepNow, allSteps);
  }

  @Override
  public String toString() {
    return "%s, process %d%s"
        .formatted(host, pid, steps == 0 ? "" : ", step %d of %d".formatted(step, steps));
  }
}
