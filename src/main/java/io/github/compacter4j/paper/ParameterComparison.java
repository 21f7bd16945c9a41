package io.github.compacter4j.paper;

import io.github.compacter4j.UserException;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.parameters.ParameterCount;
import io.github.compacter4j.parameters.ParameterCounter;
import io.github.compacter4j.t5.T5Config;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/** Our parameter counts beside the paper's. */
public final class ParameterComparison {
  private static final String NONE = "";

  private ParameterComparison() {}

  /**
   * A row a method: what it trains on T5-small, base and large (empty where it is impossible), its
   * percentage on T5-base and its total over the paper's tasks, rounded as the paper rounds them,
   * and the paper's numbers with how they are known.
   */
  public static Table table(List<Method> methods) {
    Table table = Table.create("Trained parameters, ours and the paper's (T5-base)");
    table.addColumns(StringColumn.create("method", methods.stream().map(Method::name)));
    sizes().forEach((name, config) -> table.addColumns(counts(name, config, methods)));
    StringColumn percent = StringColumn.create("percent");
    StringColumn paperPercent = StringColumn.create("paper's percent");
    StringColumn known = StringColumn.create("known from");
    StringColumn total = StringColumn.create("total");
    StringColumn paperTotal = StringColumn.create("paper's total (recalled)");
    for (Method method : methods) {
      ParameterCount count = ParameterCounter.count(T5Config.base(), method);
      Optional<Paper.Parameters> row = Paper.parameters(method);
      BigDecimal exact = BigDecimal.valueOf(count.percent());
      percent.append(rounded(exact, row.map(Paper.Parameters::percent)));
      paperPercent.append(row.map(r -> r.percent().toString()).orElse(NONE));
      known.append(row.map(ParameterComparison::known).orElse(NONE));
      BigDecimal ratio =
          BigDecimal.valueOf(
              ParameterCounter.totalRatio(
                  T5Config.base(), method, row.map(Paper.Parameters::tasks).orElse(8)));
      total.append(rounded(ratio, row.map(Paper.Parameters::total)));
      paperTotal.append(row.map(r -> r.total().toString()).orElse(NONE));
    }
    return table.addColumns(percent, paperPercent, known, total, paperTotal);
  }

  private static Map<String, T5Config> sizes() {
    Map<String, T5Config> sizes = new LinkedHashMap<>();
    sizes.put("T5-small", T5Config.small());
    sizes.put("T5-base", T5Config.base());
    sizes.put("T5-large", T5Config.large());
    return sizes;
  }

  private static LongColumn counts(String name, T5Config config, List<Method> methods) {
    LongColumn column = LongColumn.create(name);
    column.setPrintFormatter(NumberColumnFormatter.intsWithGrouping());
    for (Method method : methods) {
      try {
        column.append(ParameterCounter.count(config, method).trainable());
      } catch (UserException impossible) {
        column.appendMissing();
      }
    }
    return column;
  }

  /** As many digits as the paper prints, or three. */
  private static String rounded(BigDecimal exact, Optional<BigDecimal> printed) {
    int digits = printed.map(BigDecimal::scale).orElse(3);
    return exact.setScale(digits, RoundingMode.HALF_UP).toString();
  }

  private static String known(Paper.Parameters row) {
    return row.note().isEmpty()
        ? row.percentStatus().toString()
        : row.percentStatus() + " (" + row.note() + ")";
  }
}
