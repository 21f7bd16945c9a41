package io.github.compacter4j.sweep;

/**
 * A job of a queue that runs a cell.
 *
 * @param id the queue's name of it
 * @param phase how far it is
 * @param note why it waits, where it runs or how it ended; else empty
 */
public record Job(String id, Phase phase, String note) {
  /** How far a job can be. */
  public enum Phase {
    /** It waits. */
    QUEUED,
    /** It runs. */
    RUNNING,
    /** The queue has it no more. */
    OVER
  }
}
