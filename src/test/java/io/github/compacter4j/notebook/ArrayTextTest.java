package io.github.compacter4j.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ArrayTextTest {
  @Test
  void entriesOfAllKindsShow() {
    assertEquals("[1, -2]", ArrayText.of(new int[] {1, -2}));
    assertEquals("[true]", ArrayText.of(new boolean[] {true}));
    assertEquals("[a, null, [2.5]]", ArrayText.of(new Object[] {"a", null, new float[] {2.5f}}));
    assertEquals("[]", ArrayText.of(new String[0]));
  }

  @Test
  void longArraysAreCutAndSaySo() {
    String text = (String) ArrayText.of(new long[100_001]);
    assertTrue(text.startsWith("[0, 0, "), text);
    assertTrue(text.endsWith(", 0, ... (100,001 entries)]"), text);
    assertEquals(100, text.split(", 0|\\[0").length - 1, text);
  }

  @Test
  void otherValuesStayAsTheyAre() {
    List<int[]> list = List.of(new int[] {1});
    assertEquals(list, ArrayText.of(list));
    assertNull(ArrayText.of(null));
  }
}
