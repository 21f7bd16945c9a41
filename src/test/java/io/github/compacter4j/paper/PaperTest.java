package io.github.compacter4j.paper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.methods.Method;
import io.github.compacter4j.methods.Methods;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

class PaperTest {
  /** The paper's methods, and those options of them that the paper's tables have besides. */
  private static List<Method> methods() {
    List<Method> methods = new ArrayList<>(Methods.paper());
    methods.add(Methods.parse("compacter++[n=12]"));
    return methods;
  }

  @Test
  void everyMethodOfThePaperHasARow() {
    for (Method method : methods()) {
      assertTrue(Paper.parameters(method).isPresent(), method.toString());
    }
    assertEquals(
        "Compacter++ (n=12)",
        Paper.parameters(Methods.parse("compacter++[n=12]")).orElseThrow().method());
    assertTrue(Paper.parameters(Methods.parse("compacter++[n=6]")).isEmpty());
    assertEquals(14, Paper.parameters().size());
  }

  @Test
  void ourCountsEqualThePapersToTheDigit() {
    Table table = ParameterComparison.table(methods());
    for (int row = 0; row < table.rowCount(); row++) {
      String method = table.getString(row, "method");
      assertEquals(
          table.getString(row, "paper's percent"), table.getString(row, "percent"), method);
      assertEquals(
          table.getString(row, "paper's total (recalled)"), table.getString(row, "total"), method);
    }
  }

  @Test
  void whatIsImpossibleStaysEmpty() {
    Table table = ParameterComparison.table(List.of(Methods.parse("compacter[n=12]")));
    assertTrue(table.longColumn("T5-small").isMissing(0));
    assertEquals(163_392, table.longColumn("T5-base").get(0));
    assertEquals("", table.getString(0, "known from"));
    assertNotEquals("", table.getString(0, "percent"));
  }

  @Test
  void onlyNumbersOfTheTextAreSaidToBeOfTheText() {
    List<String> text =
        Paper.parameters().stream()
            .filter(row -> row.percentStatus() == Known.TEXT)
            .map(Paper.Parameters::spec)
            .toList();
    assertEquals(
        List.of("said", "phm[n=12]", "compacter[n=4]", "compacter++[n=4]", "compacter++[n=12]"),
        text);
  }
}
