package io.github.compacter4j.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.UserException;
import org.junit.jupiter.api.Test;

class ScaleTest {
  @Test
  void eachScaleHasAName() {
    for (Scale scale : Scale.values()) {
      assertEquals(scale, Scale.named(scale.toString()));
    }
    assertEquals("b", Scale.named("laptop").choose("a", "b", "c"));
    UserException unknown = assertThrows(UserException.class, () -> Scale.named("laptops"));
    assertTrue(unknown.getMessage().contains("laptop"), unknown.getMessage());
  }
}
