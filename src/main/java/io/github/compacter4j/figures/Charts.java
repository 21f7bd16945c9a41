package io.github.compacter4j.figures;

import io.github.compacter4j.UserException;
import io.github.compacter4j.files.AtomicFiles;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.knowm.xchart.internal.chartpart.Chart;

/** Charts as bytes: the same chart gives the same bytes, on screen and in files. */
public final class Charts {
  /** Pixels per unit of a chart's width and height, so that text is crisp on dense screens. */
  public static final int PNG_SCALE = 2;

  static {
    ChartFont.prepare();
  }

  private Charts() {}

  /** The chart as a PNG image of {@link #PNG_SCALE} times its width and height in pixels. */
  public static byte[] png(Chart<?, ?> chart) {
    int width = chart.getWidth();
    int height = chart.getHeight();
    BufferedImage image =
        new BufferedImage(width * PNG_SCALE, height * PNG_SCALE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.scale(PNG_SCALE, PNG_SCALE);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    RoundTicks.during(chart, () -> chart.paint(graphics, width, height));
    graphics.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot encode a PNG image in memory", e);
    }
    return bytes.toByteArray();
  }

  /** The chart as one {@code <svg>} element without an XML declaration, ready for a web page. */
  public static String svg(Chart<?, ?> chart) {
    return Svg.of(chart);
  }

  /** The chart as a PDF document of one page, 0.75 points to a unit of its width and height. */
  public static byte[] pdf(Chart<?, ?> chart) {
    return Pdf.of(chart);
  }

  /**
   * Writes the chart in the format that the file's extension names: {@code .svg}, {@code .pdf} or
   * {@code .png}.
   *
   * @return the same file
   * @throws UserException if the extension is another or the file cannot be written
   */
  public static Path save(Chart<?, ?> chart, Path file) {
    byte[] bytes = encode(chart, file);
    try {
      AtomicFiles.replace(
          file, file.resolveSibling(file.getFileName() + ".part"), out -> out.write(bytes));
      return file;
    } catch (IOException e) {
      throw new UserException("cannot write the chart " + file, e);
    }
  }

  private static byte[] encode(Chart<?, ?> chart, Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".png")) {
      return png(chart);
    }
    if (name.endsWith(".svg")) {
      String document = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + svg(chart);
      return document.getBytes(StandardCharsets.UTF_8);
    }
    if (name.endsWith(".pdf")) {
      return pdf(chart);
    }
    throw UserException.usage(
        "cannot save a chart as " + file + ": the name must end in .svg, .pdf or .png");
  }
}
