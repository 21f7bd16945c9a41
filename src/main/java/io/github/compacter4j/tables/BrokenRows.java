package io.github.compacter4j.tables;

/** What becomes of rows that cannot be read. */
public enum BrokenRows {
  /** The file is refused. */
  REFUSED,
  /**
   * Rows that lack a wanted cell or have an empty label are passed over, and cells behind the last
   * column ignored, as the reference code does with official files; others are refused.
   */
  DROPPED,
  /** {@link Rows#broken} tells of them. */
  TOLD
}
