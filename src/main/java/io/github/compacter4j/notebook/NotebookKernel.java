package io.github.compacter4j.notebook;

import io.github.compacter4j.figures.ChartFont;
import io.github.compacter4j.format.TableHtml;
import io.github.compacter4j.format.TableText;
import io.github.compacter4j.results.Board;
import io.github.compacter4j.results.Results;
import io.github.compacter4j.run.FrontEnd;
import io.github.compacter4j.run.Run;
import io.github.spencerpark.jupyter.kernel.display.Renderer;
import java.util.function.Function;
import java.util.stream.Collectors;
import tech.tablesaw.api.Table;

/** What the kernel does before the first cell: fonts for charts, renderers for results. */
final class NotebookKernel {
  private NotebookKernel() {}

  static void start(Renderer renderer) {
    ChartFont.prepare();
    Renderers.install(renderer);
    Renderers.register(
        Run.class, run -> TableHtml.of(Results.table(run)), run -> Results.table(run).printAll());
    Renderers.register(Results.class, NotebookKernel::html, NotebookKernel::text);
    FrontEnd.showRuns(NotebookProgress::new);
    FrontEnd.showDownloads(new DownloadLine());
  }

  static String html(Results results) {
    return TableHtml.escape(results.toString()) + tables(results, TableHtml::of);
  }

  static String text(Results results) {
    return results + "\n" + tables(results, table -> TableText.text(table) + "\n");
  }

  private static String tables(Results results, Function<Table, String> form) {
    return results.boards().stream().map(Board::table).map(form).collect(Collectors.joining());
  }
}
