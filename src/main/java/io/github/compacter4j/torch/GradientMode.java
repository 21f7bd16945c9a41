package io.github.compacter4j.torch;

import ai.djl.pytorch.jni.JniUtils;

/**
 * Turns gradients on or off on the calling thread until closed, then restores what was before. The
 * thread's optimiser of TorchScript stays off.
 *
 * <p>DJL sets libtorch's thread-local state only on the thread that loads the engine, so every
 * entry to the toolkit opens one of these.
 */
public final class GradientMode implements AutoCloseable {
  private final boolean before;

  private GradientMode(boolean on) {
    before = Torch.isGradientMode();
    JniUtils.setGradMode(on);
    // Without this, TorchScript re-specialises for every new shape (13 ms against 177 ms at worst).
    JniUtils.setGraphExecutorOptimize(false);
  }

  /** Operations record gradients. */
  public static GradientMode on() {
    return new GradientMode(true);
  }

  /** Operations record nothing. */
  public static GradientMode off() {
    return new GradientMode(false);
  }

  @Override
  public void close() {
    JniUtils.setGradMode(before);
  }
}
