package io.github.compacter4j.train;

/**
 * Linear growth to the peak, then linear decay to zero, which the step behind the last would have
 * (reference code).
 *
 * @param peak highest learning rate
 * @param warmup steps of growth; the first step has rate 0 if there are any
 * @param total all steps
 */
public record LinearSchedule(double peak, int warmup, int total) {

  /** The learning rate of a step, counted from 1. */
  public double rate(int step) {
    int done = step - 1;
    if (done < warmup) {
      return peak * done / Math.max(1, warmup);
    }
    return peak * Math.max(0.0, total - done) / Math.max(1, total - warmup);
  }
}
