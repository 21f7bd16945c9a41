package io.github.compacter4j.figures;

import java.util.List;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;

/**
 * Joins the pieces in which XChart draws a curve into one polyline: a fifth of the size, and joints
 * that are drawn as joints.
 */
final class SvgLines {
  private static final List<String> ENDS = List.of("x1", "y1", "x2", "y2");

  private SvgLines() {}

  /** Joins runs of sibling lines that continue each other, in the whole tree below. */
  static void join(Element parent) {
    Element previous = null;
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (!(node instanceof Element element)) {
        continue;
      }
      join(element);
      if (previous != null && continues(previous, element)) {
        extend(previous, element);
        parent.removeChild(element);
        node = previous;
      } else {
        previous = element.getTagName().equals("line") ? toPolyline(parent, element) : null;
        node = previous == null ? element : previous;
      }
    }
  }

  private static Element toPolyline(Element parent, Element line) {
    Element polyline = line.getOwnerDocument().createElementNS(line.getNamespaceURI(), "polyline");
    NamedNodeMap attributes = line.getAttributes();
    for (int i = 0; i < attributes.getLength(); i++) {
      Node attribute = attributes.item(i);
      if (!ENDS.contains(attribute.getNodeName())) {
        polyline.setAttributeNS(null, attribute.getNodeName(), attribute.getNodeValue());
      }
    }
    polyline.setAttributeNS(null, "points", point(line, "1") + " " + point(line, "2"));
    parent.replaceChild(polyline, line);
    return polyline;
  }

  private static void extend(Element polyline, Element line) {
    String points = polyline.getAttribute("points") + " " + point(line, "2");
    polyline.setAttributeNS(null, "points", points);
  }

  private static String point(Element line, String end) {
    return line.getAttribute("x" + end) + "," + line.getAttribute("y" + end);
  }

  /** Whether the line has the polyline's pen and starts where that ends. */
  private static boolean continues(Element polyline, Element line) {
    if (!line.getTagName().equals("line")
        || !polyline.getAttribute("points").endsWith(" " + point(line, "1"))) {
      return false;
    }
    NamedNodeMap attributes = line.getAttributes();
    for (int i = 0; i < attributes.getLength(); i++) {
      Node attribute = attributes.item(i);
      if (!ENDS.contains(attribute.getNodeName())
          && !polyline.getAttribute(attribute.getNodeName()).equals(attribute.getNodeValue())) {
        return false;
      }
    }
    return true;
  }
}
