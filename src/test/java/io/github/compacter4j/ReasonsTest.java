package io.github.compacter4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReasonsTest {
  record Pair(int a, Map<String, Double> b) {}

  @Test
  void jsonIsTalkedOfWithoutTheParsersWords() {
    assertReason(": NaN is not JSON", "{\"a\": NaN}");
    assertReason(": the text ends too early", "{\"a\": 1");
    assertReason("unknown field c, perhaps of a newer version", "{\"a\": 1, \"c\": 2}");
    assertReason("field b.x does not hold what it should", "{\"b\": {\"x\": \"many\"}}");
    assertReason("field a does not hold what it should", "{\"a\": [1, 2]}");
  }

  @Test
  void filesAreTalkedOfInWordsAndNotInNamesAlone() {
    assertEquals("/x: no permission", Reasons.of(new AccessDeniedException("/x")));
    assertEquals("/x: no such file or folder", Reasons.of(new NoSuchFileException("/x")));
    String full = "/x: No space left on device";
    assertEquals(full, Reasons.of(new FileSystemException("/x", null, "No space left on device")));
    assertEquals("IOException", Reasons.of(new IOException()));
  }

  private static void assertReason(String expected, String json) {
    Exception error =
        assertThrows(
            JsonProcessingException.class, () -> new ObjectMapper().readValue(json, Pair.class));
    assertTrue(Reasons.of(error).endsWith(expected), Reasons.of(error));
  }
}
