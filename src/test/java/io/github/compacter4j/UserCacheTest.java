package io.github.compacter4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UserCacheTest {
  @Test
  void theFirstVariableThatIsSetCounts() {
    Map<String, String> home = Map.of("HOME", "/u", "COMPACTER4J_CACHE", " ");
    assertEquals(Path.of("/u/.cache/compacter4j"), UserCache.folder(home));
    Map<String, String> xdg = Map.of("HOME", "/u", "XDG_CACHE_HOME", "/x");
    assertEquals(Path.of("/x/compacter4j"), UserCache.folder(xdg));
    Map<String, String> own = Map.of("XDG_CACHE_HOME", "/x", "COMPACTER4J_CACHE", "/c/../d");
    assertEquals(Path.of("/d"), UserCache.folder(own));
  }
}
