package io.github.compacter4j.tasks;

/**
 * How the paper trains on a task.
 *
 * @param epochs how often all training rows are seen
 * @param batchSize rows a step
 * @param maxSourceLength most ids of a source, the end of sequence included
 */
public record PaperSetting(int epochs, int batchSize, int maxSourceLength) {
  /** GLUE's, and that of tasks which the paper does not know. */
  public static final PaperSetting GLUE = new PaperSetting(3, 100, 128);

  /** SuperGLUE's: longer texts, smaller batches. */
  public static final PaperSetting SUPERGLUE = new PaperSetting(3, 32, 256);

  private static final int EPOCHS_OF_SMALL_TASKS = 20;

  /** The setting of a task with few training rows. */
  public PaperSetting small() {
    return new PaperSetting(EPOCHS_OF_SMALL_TASKS, batchSize, maxSourceLength);
  }
}
