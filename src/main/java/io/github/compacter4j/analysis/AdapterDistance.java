package io.github.compacter4j.analysis;

import io.github.compacter4j.UserException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/**
 * How far the adapters of two tasks are apart: one minus the cosine of their dense updates.
 *
 * <p>0 is the same direction, 1 nothing in common, 2 the opposite; the updates' sizes do not count,
 * and neither does the form the adapters were trained in.
 */
public final class AdapterDistance {
  private AdapterDistance() {}

  /**
   * The distance of all updates taken as one long vector.
   *
   * @throws UserException if the adapters stand at different sites or one is zero
   */
  public static double between(AdapterWeights first, AdapterWeights second) {
    requireSameSites(first, second);
    Products sum = new Products(0, 0, 0);
    for (String site : first.bySite().keySet()) {
      sum = sum.plus(products(first, second, site));
    }
    return sum.distance("the adapters");
  }

  /**
   * The distance at each site.
   *
   * @throws UserException if the adapters stand at different sites or one is zero
   */
  public static SortedMap<String, Double> bySite(AdapterWeights first, AdapterWeights second) {
    requireSameSites(first, second);
    SortedMap<String, Double> distances = new TreeMap<>();
    for (String site : first.bySite().keySet()) {
      distances.put(site, products(first, second, site).distance(site));
    }
    return distances;
  }

  /** The distances of all pairs; {@code adapters} by the name of their task. */
  public static Table table(Map<String, AdapterWeights> adapters) {
    Table table = Table.create("Distances of adapters");
    table.addColumns(StringColumn.create("adapter", adapters.keySet().stream()));
    adapters.forEach(
        (name, column) -> {
          DoubleColumn distances = DoubleColumn.create(name);
          distances.setPrintFormatter(NumberColumnFormatter.fixedWithGrouping(3));
          adapters.values().forEach(row -> distances.append(between(row, column)));
          table.addColumns(distances);
        });
    return table;
  }

  private record Products(double mixed, double first, double second) {
    Products plus(Products other) {
      return new Products(mixed + other.mixed, first + other.first, second + other.second);
    }

    double distance(String what) {
      if (first == 0 || second == 0) {
        throw new UserException("no distance: an update of " + what + " is zero");
      }
      return 1 - mixed / Math.sqrt(first * second);
    }
  }

  private static Products products(AdapterWeights first, AdapterWeights second, String site) {
    INDArray u = first.bySite().get(site).update();
    INDArray v = second.bySite().get(site).update();
    return new Products(inner(u, v), inner(u, u), inner(v, v));
  }

  private static double inner(INDArray u, INDArray v) {
    return u.mul(v).sumNumber().doubleValue();
  }

  private static void requireSameSites(AdapterWeights first, AdapterWeights second) {
    if (!first.bySite().keySet().equals(second.bySite().keySet())) {
      throw new UserException(
          "the adapters stand at different sites: "
              + first.bySite().keySet()
              + " and "
              + second.bySite().keySet());
    }
  }
}
