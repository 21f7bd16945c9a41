package io.github.compacter4j.notebook;

import io.github.compacter4j.figures.ChartFont;
import io.github.spencerpark.jupyter.kernel.display.Renderer;

/** What the kernel does before the first cell: fonts for charts, renderers for results. */
final class NotebookKernel {
  private NotebookKernel() {}

  static void start(Renderer renderer) {
    ChartFont.prepare();
    Renderers.install(renderer);
  }
}
