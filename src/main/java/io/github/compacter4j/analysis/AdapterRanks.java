package io.github.compacter4j.analysis;

import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/** How many directions adapters use of those they have. */
public final class AdapterRanks {
  private AdapterRanks() {}

  /** A row an adapter: rank, effective rank and Frobenius norm of its update (d, d). */
  public static Table table(AdapterWeights weights) {
    StringColumn site = StringColumn.create("adapter");
    IntColumn rank = IntColumn.create("rank");
    DoubleColumn effective = DoubleColumn.create("effective rank");
    DoubleColumn norm = DoubleColumn.create("norm");
    norm.setPrintFormatter(NumberColumnFormatter.fixedWithGrouping(3));
    effective.setPrintFormatter(NumberColumnFormatter.fixedWithGrouping(2));
    weights
        .bySite()
        .forEach(
            (name, adapter) -> {
              Spectrum spectrum = Spectrum.of(adapter.update());
              site.append(name);
              rank.append(spectrum.rank());
              effective.append(spectrum.effectiveRank());
              norm.append(spectrum.norm());
            });
    return Table.create("Ranks of the adapters' updates", site, rank, effective, norm);
  }
}
