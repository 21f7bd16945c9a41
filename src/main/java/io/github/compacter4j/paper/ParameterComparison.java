package io.github.compacter4j.paper;

import io.github.compacter4j.UserException;
import io.github.compacter4j.format.Columns;
import io.github.compacter4j.methods.Method;
import io.github.compacter4j.parameters.ParameterCounter;
import io.github.compacter4j.t5.T5Config;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/** Our parameter counts beside the paper's. */
public final class ParameterComparison {
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
    List<Row> rows = methods.stream().map(ParameterComparison::row).toList();
    return table.addColumns(
        Columns.exact("percent", rows, Row::percent),
        Columns.exact("paper's percent", rows, r -> r.printed(Paper.Parameters::percent)),
        Columns.text("known from", rows, r -> r.paper().map(ParameterComparison::known).orElse("")),
        Columns.exact("total", rows, Row::total),
        Columns.exact("paper's total (recalled)", rows, r -> r.printed(Paper.Parameters::total)));
  }

  private record Row(BigDecimal percent, BigDecimal total, Optional<Paper.Parameters> paper) {
    <T> T printed(Function<Paper.Parameters, T> value) {
      return paper.map(value).orElse(null);
    }
  }

  private static Row row(Method method) {
    Optional<Paper.Parameters> paper = Paper.parameters(method);
    double percent = ParameterCounter.count(T5Config.base(), method).percent();
    int tasks = paper.map(Paper.Parameters::tasks).orElse(8);
    double ratio = ParameterCounter.totalRatio(T5Config.base(), method, tasks);
    return new Row(
        rounded(percent, paper.map(Paper.Parameters::percent)),
        rounded(ratio, paper.map(Paper.Parameters::total)),
        paper);
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
  private static BigDecimal rounded(double exact, Optional<BigDecimal> printed) {
    int digits = printed.map(BigDecimal::scale).orElse(3);
    return BigDecimal.valueOf(exact).setScale(digits, RoundingMode.HALF_UP);
  }

  private static String known(Paper.Parameters row) {
    return row.note().isEmpty()
        ? row.percentStatus().toString()
        : row.percentStatus() + " (" + row.note() + ")";
  }
}
