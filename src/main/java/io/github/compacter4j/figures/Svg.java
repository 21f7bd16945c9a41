package io.github.compacter4j.figures;

import java.awt.Dimension;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGIDGenerator;
import org.apache.batik.svggen.SVGSyntax;
import org.knowm.xchart.internal.chartpart.Chart;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * Draws a chart as SVG with text as outlines, so that it looks the same without the font.
 *
 * <p>Identifiers depend on the drawing alone: equal charts give equal bytes, and different charts
 * can stand in one web page without taking each other's clipping paths.
 */
final class Svg {
  private static final String PLACE = "@chart@";

  private Svg() {}

  static String of(Chart<?, ?> chart) {
    int width = chart.getWidth();
    int height = chart.getHeight();
    SVGGraphics2D graphics = new SVGGraphics2D(context(), true);
    graphics.setSVGCanvasSize(new Dimension(width, height));
    RoundTicks.during(chart, () -> chart.paint(graphics, width, height));
    String drawing = text(graphics, "0 0 " + width + " " + height);
    return drawing.replace(PLACE, "c" + digest(drawing) + "-");
  }

  private static SVGGeneratorContext context() {
    SVGGeneratorContext context = SVGGeneratorContext.createDefault(emptyDocument());
    context.setComment(null);
    context.setPrecision(3);
    context.setExtensionHandler(new SvgGradients());
    context.setIDGenerator(
        new SVGIDGenerator() {
          @Override
          public String generateID(String prefix) {
            return PLACE + super.generateID(prefix);
          }
        });
    return context;
  }

  private static Document emptyDocument() {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .getDOMImplementation()
          .createDocument(SVGSyntax.SVG_NAMESPACE_URI, "svg", null);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("this Java has no XML parser", e);
    }
  }

  private static String text(SVGGraphics2D graphics, String viewBox) {
    Element root = graphics.getRoot();
    root.setAttributeNS(null, "viewBox", viewBox);
    SvgLines.join(root);
    StringWriter writer = new StringWriter();
    try {
      graphics.stream(root, writer, false, false);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write SVG in memory", e);
    }
    String document = writer.toString();
    return document.substring(document.indexOf("<svg"));
  }

  private static String digest(String drawing) {
    CRC32 crc = new CRC32();
    crc.update(drawing.getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(crc.getValue());
  }
}
