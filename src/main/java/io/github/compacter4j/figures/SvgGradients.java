package io.github.compacter4j.figures;

import java.awt.Color;
import java.awt.LinearGradientPaint;
import java.awt.Paint;
import java.awt.geom.Point2D;
import org.apache.batik.svggen.DefaultExtensionHandler;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGPaintDescriptor;
import org.apache.batik.svggen.SVGSyntax;
import org.w3c.dom.Element;

/** Writes Java's gradients of several colours, which Batik leaves out of a drawing by itself. */
final class SvgGradients extends DefaultExtensionHandler {

  @Override
  public SVGPaintDescriptor handlePaint(Paint paint, SVGGeneratorContext context) {
    return paint instanceof LinearGradientPaint gradient
        ? descriptor(gradient, context)
        : super.handlePaint(paint, context);
  }

  private static SVGPaintDescriptor descriptor(
      LinearGradientPaint gradient, SVGGeneratorContext context) {
    Element element = element(context, "linearGradient");
    String id = context.getIDGenerator().generateID("gradient");
    element.setAttributeNS(null, "id", id);
    element.setAttributeNS(null, "gradientUnits", "userSpaceOnUse");
    point(element, "1", gradient.getStartPoint(), context);
    point(element, "2", gradient.getEndPoint(), context);
    for (int i = 0; i < gradient.getColors().length; i++) {
      Element stop = element(context, "stop");
      stop.setAttributeNS(null, "offset", context.doubleString(gradient.getFractions()[i]));
      stop.setAttributeNS(null, "stop-color", hex(gradient.getColors()[i]));
      element.appendChild(stop);
    }
    return new SVGPaintDescriptor("url(#" + id + ")", "1", element);
  }

  private static Element element(SVGGeneratorContext context, String name) {
    return context.getDOMFactory().createElementNS(SVGSyntax.SVG_NAMESPACE_URI, name);
  }

  private static void point(Element gradient, String end, Point2D at, SVGGeneratorContext context) {
    gradient.setAttributeNS(null, "x" + end, context.doubleString(at.getX()));
    gradient.setAttributeNS(null, "y" + end, context.doubleString(at.getY()));
  }

  private static String hex(Color color) {
    return String.format("#%06x", color.getRGB() & 0xFFFFFF);
  }
}
