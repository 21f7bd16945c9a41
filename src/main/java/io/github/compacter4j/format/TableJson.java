package io.github.compacter4j.format;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Tables for programs. */
public final class TableJson {
  private TableJson() {}

  /**
   * A map a row, by the names of the columns: numbers with all their digits, null where none is.
   */
  public static List<Map<String, Object>> rows(Table table) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int r = 0; r < table.rowCount(); r++) {
      Map<String, Object> row = new LinkedHashMap<>();
      for (Column<?> column : table.columns()) {
        row.put(column.name(), value(column, r));
      }
      rows.add(row);
    }
    return rows;
  }

  private static Object value(Column<?> column, int row) {
    if (column.isMissing(row)) {
      return null;
    }
    return NumberText.isExact(column) ? new BigDecimal(column.getString(row)) : column.get(row);
  }
}
