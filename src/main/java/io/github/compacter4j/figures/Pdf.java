package io.github.compacter4j.figures;

import de.rototor.pdfbox.graphics2d.PdfBoxGraphics2D;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.knowm.xchart.internal.chartpart.Chart;

/** Draws a chart as a PDF document of one page with text as outlines. */
final class Pdf {
  /** Points to a unit of a chart's width and height, which SVG readers take as 1/96 inch. */
  private static final float POINTS = 0.75f;

  /** PDFBox would take the time. */
  private static final long IDENTIFIER = 0;

  private Pdf() {}

  static byte[] of(Chart<?, ?> chart) {
    float width = POINTS * chart.getWidth();
    float height = POINTS * chart.getHeight();
    try (PDDocument document = new PDDocument()) {
      PDPage page = new PDPage(new PDRectangle(width, height));
      document.addPage(page);
      PdfBoxGraphics2D graphics = new PdfBoxGraphics2D(document, width, height);
      graphics.scale(POINTS, POINTS);
      RoundTicks.during(chart, () -> chart.paint(graphics, chart.getWidth(), chart.getHeight()));
      graphics.dispose();
      try (PDPageContentStream content = new PDPageContentStream(document, page)) {
        content.drawForm(graphics.getXFormObject());
      }
      document.setDocumentId(IDENTIFIER);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      document.save(bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a PDF document in memory", e);
    }
  }
}
