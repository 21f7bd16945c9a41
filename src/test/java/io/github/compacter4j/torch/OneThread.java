package io.github.compacter4j.torch;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs a class of tests with one thread an operation.
 *
 * <p>Tiny operations gain nothing from a second thread, and on a machine with other work they wait
 * for it many times longer than they compute.
 */
public final class OneThread implements BeforeAllCallback, AfterAllCallback {
  private int before;

  @Override
  public void beforeAll(ExtensionContext context) {
    before = Torch.threads();
    Torch.setThreads(1);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Torch.setThreads(before);
  }
}
