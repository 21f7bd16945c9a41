package io.github.compacter4j.figures;

import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.knowm.xchart.BubbleSeries;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Annotation;
import org.knowm.xchart.internal.series.Series;

/** Names beside the circles of a chart, each where it covers least of circles and other names. */
final class PointLabels extends Annotation {
  private static final Font FONT = ChartFont.plain(10);
  private static final double[] GAPS = {3, 10, 20, 30, 45};
  private static final int DIRECTIONS = 16;
  private static final double FAR = 7;
  private static final double MARKER = 7;

  /** The area that counts as much as another circle or name between a circle and its name. */
  private static final long CROSSING = 100;

  private final List<String> names;

  /** Names of the points of the chart's series, in their order. */
  PointLabels(List<String> names) {
    super(false);
    this.names = names;
  }

  private record Circle(double x, double y, double radius) {
    Rectangle2D box() {
      return new Rectangle2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
    }
  }

  @Override
  public void paint(Graphics2D g) {
    List<Circle> circles = chart.getSeriesCollection().stream().flatMap(this::circles).toList();
    List<Rectangle2D> taken = new ArrayList<>(circles.stream().map(Circle::box).toList());
    Rectangle2D plot =
        new Rectangle2D.Double(
            getXAxisScreenValueForMin(),
            getYAxisScreenValueForMin(),
            getXAxisScreenValueForMax() - getXAxisScreenValueForMin(),
            getYAxisScreenValueForMax() - getYAxisScreenValueForMin());
    FontRenderContext screen = new FontRenderContext(null, true, true);
    g.setColor(ChartStyle.INK);
    for (int i = 0; i < names.size(); i++) {
      TextLayout text = new TextLayout(names.get(i), FONT, screen);
      Rectangle2D place = place(circles.get(i), text.getBounds(), taken, plot);
      taken.add(place);
      lead(g, circles.get(i), place);
      g.fill(
          text.getOutline(
              AffineTransform.getTranslateInstance(
                  place.getX() - text.getBounds().getX(), place.getY() - text.getBounds().getY())));
    }
    bounds = plot;
  }

  private Stream<Circle> circles(Series series) {
    if (series instanceof BubbleSeries bubbles) {
      return circles(bubbles.getXData(), bubbles.getYData(), bubbles.getExtraValues()[0] / 2);
    }
    XYSeries points = (XYSeries) series;
    return circles(points.getXData(), points.getYData(), MARKER / 2);
  }

  private Stream<Circle> circles(double[] x, double[] y, double radius) {
    return IntStream.range(0, x.length)
        .mapToObj(
            i ->
                new Circle(
                    chart.getScreenXFromChart(x[i]), chart.getScreenYFromChart(y[i]), radius));
  }

  /** A thin line to a name that is not beside its circle. */
  private static void lead(Graphics2D g, Circle circle, Rectangle2D place) {
    double x = Math.max(place.getMinX(), Math.min(circle.x(), place.getMaxX()));
    double y = Math.max(place.getMinY(), Math.min(circle.y(), place.getMaxY()));
    double distance = Math.hypot(x - circle.x(), y - circle.y());
    if (distance > circle.radius() + FAR) {
      double edge = circle.radius() / distance;
      g.setStroke(new BasicStroke(0.7f));
      g.draw(
          new Line2D.Double(
              circle.x() + edge * (x - circle.x()), circle.y() + edge * (y - circle.y()), x, y));
    }
  }

  private static Rectangle2D place(
      Circle circle, Rectangle2D size, List<Rectangle2D> taken, Rectangle2D plot) {
    return DoubleStream.of(GAPS)
        .boxed()
        .flatMap(gap -> around(circle, size, gap))
        .min(
            Comparator.comparingLong(
                place -> covered(place, taken, plot) + CROSSING * crossed(circle, place, taken)))
        .orElseThrow();
  }

  /** Places whose nearest point lies so far from the circle, the one at its right first. */
  private static Stream<Rectangle2D> around(Circle circle, Rectangle2D size, double gap) {
    return Stream.iterate(0, i -> i + 1)
        .limit(DIRECTIONS)
        .map(
            i -> {
              double angle = 2 * Math.PI * i / DIRECTIONS;
              double reach = circle.radius() + gap;
              double x = circle.x() + Math.cos(angle) * (reach + size.getWidth() / 2);
              double y = circle.y() + Math.sin(angle) * (reach + size.getHeight() / 2);
              return new Rectangle2D.Double(
                  x - size.getWidth() / 2,
                  y - size.getHeight() / 2,
                  size.getWidth(),
                  size.getHeight());
            });
  }

  /** How many others lie between a circle and its name. */
  private static long crossed(Circle circle, Rectangle2D place, List<Rectangle2D> taken) {
    Line2D lead = new Line2D.Double(circle.x(), circle.y(), place.getCenterX(), place.getCenterY());
    return taken.stream()
        .filter(other -> !other.equals(circle.box()) && other.intersectsLine(lead))
        .count();
  }

  /** The area, in whole pixels, that lies on others or outside the plot. */
  private static long covered(Rectangle2D place, List<Rectangle2D> taken, Rectangle2D plot) {
    double outside = area(place) - area(place.createIntersection(plot));
    double covered =
        taken.stream().mapToDouble(other -> area(place.createIntersection(other))).sum();
    return Math.round(outside + covered);
  }

  private static double area(Rectangle2D box) {
    return Math.max(0, box.getWidth()) * Math.max(0, box.getHeight());
  }
}
