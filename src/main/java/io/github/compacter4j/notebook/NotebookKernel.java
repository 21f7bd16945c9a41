package io.github.compacter4j.notebook;

import io.github.compacter4j.experiments.Results;
import io.github.compacter4j.figures.ChartFont;
import io.github.compacter4j.train.FrontEnd;
import io.github.compacter4j.train.Run;
import io.github.spencerpark.jupyter.kernel.display.Renderer;

/** What the kernel does before the first cell: fonts for charts, renderers for results. */
final class NotebookKernel {
  private NotebookKernel() {}

  static void start(Renderer renderer) {
    ChartFont.prepare();
    Renderers.install(renderer);
    Renderers.register(
        Run.class, run -> TableHtml.of(Results.table(run)), run -> Results.table(run).printAll());
    FrontEnd.showRuns(NotebookProgress::new);
    FrontEnd.showDownloads(new DownloadLine());
  }
}
