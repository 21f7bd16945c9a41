package io.github.compacter4j.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class TableHtmlTest {
  @Test
  void textIsEscapedEverywhere() {
    String html =
        TableHtml.of(
            Table.create("<i>", StringColumn.create("a\"b", "<script>alert('x')</script>")));
    assertFalse(html.contains("<script") || html.contains("<i>"), html);
    assertTrue(html.contains("&lt;script&gt;alert(&#39;x&#39;)"), html);
    assertTrue(html.contains("a&quot;b"), html);
  }

  @Test
  void aLongTableSaysHowLongItIs() {
    IntColumn numbers = IntColumn.create("n");
    for (int i = 0; i < 1000; i++) {
      numbers.append(i);
    }
    String html = TableHtml.of(Table.create("numbers", numbers));
    assertEquals(TableHtml.MOST_ROWS + 2, html.split("<tr>").length);
    assertTrue(html.contains("the first 200 of 1000 rows"), html.substring(0, 300));
  }
}
