package io.github.compacter4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class NamesTest {
  @Test
  void namesTheNearest() {
    UserException e = Names.unknown("task", "SST-2", List.of("cola", "rte", "sst2"));
    assertEquals("unknown task 'SST-2'; did you mean 'sst2'? Known: cola rte sst2", e.getMessage());
    assertEquals(UserException.WRONG_USAGE, e.exitStatus());
  }
}
