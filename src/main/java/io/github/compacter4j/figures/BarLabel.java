package io.github.compacter4j.figures;

import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.util.Locale;
import org.knowm.xchart.internal.chartpart.Annotation;

/** A number at the right of a point of a chart. */
final class BarLabel extends Annotation {
  private static final double GAP = 7;

  private final String text;
  private final double x;
  private final double y;

  BarLabel(String format, double number, double x, double y) {
    super(false);
    text = String.format(Locale.ROOT, format, number);
    this.x = x;
    this.y = y;
  }

  @Override
  public void paint(Graphics2D g) {
    TextLayout layout =
        new TextLayout(text, ChartFont.plain(10), new FontRenderContext(null, true, true));
    bounds = layout.getBounds();
    g.setColor(ChartStyle.INK);
    g.fill(
        layout.getOutline(
            AffineTransform.getTranslateInstance(
                chart.getScreenXFromChart(x) + GAP,
                chart.getScreenYFromChart(y) - bounds.getCenterY())));
  }
}
