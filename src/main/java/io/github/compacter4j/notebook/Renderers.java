package io.github.compacter4j.notebook;

import io.github.compacter4j.figures.AblationPlots;
import io.github.compacter4j.figures.Charts;
import io.github.compacter4j.format.TableHtml;
import io.github.compacter4j.results.AblationResult;
import io.github.compacter4j.sweep.SweepState;
import io.github.compacter4j.tasks.Example;
import io.github.compacter4j.tasks.Task;
import io.github.compacter4j.train.FineTuning;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import io.github.spencerpark.jupyter.kernel.display.Renderer;
import io.github.spencerpark.jupyter.kernel.display.mime.MIMEType;
import java.util.Base64;
import java.util.Map;
import java.util.function.Function;
import org.knowm.xchart.internal.chartpart.Chart;
import tech.tablesaw.api.Table;

/** How results show in a notebook: tables as HTML, charts as pictures, all of them as text too. */
public final class Renderers {
  private static final MIMEType PDF = MIMEType.parse("application/pdf");

  private static Renderer renderer;

  private Renderers() {}

  static void install(Renderer kernelRenderer) {
    renderer = kernelRenderer;
    register(Table.class, TableHtml::of, table -> table.print(TableHtml.MOST_ROWS));
    register(
        AblationResult.class,
        ablation -> TableHtml.of(ablation.table()) + image(AblationPlots.of(ablation)),
        AblationResult::toString);
    registerTable(Example.class, ValueTables::of);
    registerTable(Task.class, ValueTables::of);
    registerTable(FineTuning.class, ValueTables::of);
    register(SweepState.class, state -> TableHtml.of(state.table()), SweepState::toString);
    renderer
        .createRegistration(Chart.class)
        .preferring(MIMEType.IMAGE_PNG, MIMEType.IMAGE_SVG)
        .register((chart, context) -> context.getOutputContainer().assign(picture(chart)));
  }

  private static <T> void registerTable(Class<T> type, Function<? super T, Table> table) {
    register(
        type,
        value -> TableHtml.of(table.apply(value)),
        value -> table.apply(value).print(TableHtml.MOST_ROWS));
  }

  /**
   * Makes values of a class, and of its subclasses, show as HTML and as text.
   *
   * @param html the value as HTML that carries its own style and no script
   * @param text the value as text, for terminals and files
   */
  public static <T> void register(
      Class<T> type, Function<? super T, String> html, Function<? super T, String> text) {
    renderer
        .createRegistration(type)
        .preferring(MIMEType.TEXT_HTML)
        .supporting(MIMEType.TEXT_PLAIN)
        .register(
            (value, context) -> {
              context.renderIfRequested(MIMEType.TEXT_HTML, () -> html.apply(value));
              context.getOutputContainer().putText(text.apply(value));
            });
  }

  /** A chart beside other things of one value. */
  private static String image(Chart<?, ?> chart) {
    String png = base64(Charts.png(chart));
    return "<img alt=\"%s\" width=\"%d\" height=\"%d\" src=\"data:image/png;base64,%s\">"
        .formatted(TableHtml.escape(describe(chart)), chart.getWidth(), chart.getHeight(), png);
  }

  private static DisplayData picture(Chart<?, ?> chart) {
    DisplayData data = new DisplayData(describe(chart));
    Map<String, Integer> size = Map.of("width", chart.getWidth(), "height", chart.getHeight());
    data.putData(MIMEType.IMAGE_PNG, base64(Charts.png(chart)), size);
    data.putSVG(Charts.svg(chart));
    data.putData(PDF, base64(Charts.pdf(chart))); // for LaTeX, else made of the SVG by Inkscape
    return data;
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** What a reader without pictures gets. */
  private static String describe(Chart<?, ?> chart) {
    return "Chart \"" + chart.getTitle() + "\": " + String.join(", ", seriesNames(chart));
  }

  private static Iterable<String> seriesNames(Chart<?, ?> chart) {
    return chart.getSeriesCollection().stream().map(series -> series.getName()).toList();
  }
}
